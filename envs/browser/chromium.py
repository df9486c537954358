"""Which Chromium to run and how to start it: search order, flags, sandbox."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error, Playwright

from envs.errors import BrowserMissing

HEADLESS_NAMES = ("chromium-headless-shell", "headless_shell", "chrome-headless-shell")
FULL_NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome")
_MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

_DISABLED_FEATURES = (
    # All frames in one process, so that one session reaches every document.
    "IsolateOrigins",
    "site-per-process",
    "IsolateSandboxedIframes",
    "OriginKeyedProcessesByDefault",
    # A later flag replaces Playwright's own list; these of it matter here.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "PaintHolding",
    # With it, WebRTC asks the whole local network for names it made up (multicast DNS), whatever
    # else is said of its packets.
    "WebRtcHideLocalIpsWithMdns",
    # Calls home.
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-quic",
    "--disable-site-isolation-trials",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=" + ",".join(_DISABLED_FEATURES),
)


@dataclass(frozen=True)
class Launched:
    """Facts about a running browser worth recording with a run."""

    executable: Path
    sandboxed: bool
    headed: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pids:
    """A browser's main process, and the driver that speaks to it: a child of this process."""

    browser: psutil.Process
    driver: psutil.Process


async def pids(browser: PlaywrightBrowser) -> Pids | None:
    """Which processes these are; None where the browser or the system does not tell."""
    try:
        session = await browser.new_browser_cdp_session()
        told = await session.send("SystemInfo.getProcessInfo")
        await session.detach()
        main = next(p["id"] for p in told["processInfo"] if p["type"] == "browser")
        process = psutil.Process(main)
        above = process.parents()
        driver = next(p for p in above if p.ppid() == os.getpid())
    except (Error, psutil.Error, StopIteration, KeyError):
        return None
    return Pids(process, driver)


async def start(
    playwright: Playwright, headed: bool, flags: Sequence[str] = ()
) -> tuple[PlaywrightBrowser, Launched]:
    """Launch the first Chromium found, in its sandbox wherever the system allows it.

    Raises:
        BrowserMissing: none found, or it does not start; says what to install.
    """
    executable = find(playwright, headed)
    refusal = ""
    for sandboxed in _sandbox_attempts():
        try:
            process = await playwright.chromium.launch(
                executable_path=executable,
                headless=not headed,
                args=[*FLAGS, *flags],
                chromium_sandbox=sandboxed,
                timeout=30_000,
            )
        except Error as error:
            refusal = _reason(error)
            continue
        return process, Launched(executable, sandboxed, headed, tuple(flags))
    if sandbox_required():
        raise BrowserMissing(
            f"{executable} does not start in its sandbox, and SHOPPER_SANDBOX=required asks for it "
            f"({refusal}): do not run as root, and let processes make user namespaces "
            "(docs/ci.md says how in a container)"
        )
    raise BrowserMissing(
        f"{executable} does not start ({refusal}): run `shopper doctor`, "
        "or name another Chromium in SHOPPER_CHROMIUM"
    )


def sandbox_required() -> bool:
    """Whether a browser without its sandbox is not to be started."""
    return os.environ.get("SHOPPER_SANDBOX") == "required"


def find(playwright: Playwright, headed: bool) -> Path:
    """The Chromium to use: ``SHOPPER_CHROMIUM``, Playwright's download, then the system's.

    Without a window the headless shell is preferred, it is several times faster; with one only
    a full Chromium will do.

    Raises:
        BrowserMissing: says what to install.
    """
    named = os.environ.get("SHOPPER_CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise BrowserMissing(f"SHOPPER_CHROMIUM names {named}, which is not a file")
        return Path(named)
    for candidate in _candidates(Path(playwright.chromium.executable_path), headed):
        if candidate.is_file():
            return candidate
    wanted = "a full Chromium (needed for a visible window)" if headed else "Chromium"
    raise BrowserMissing(
        f"{wanted} is not installed: `shopper doctor` says how to get Playwright's, or "
        "install your distribution's chromium package"
    )


def _candidates(bundled: Path, headed: bool) -> Iterator[Path]:
    if not headed:
        yield from _bundled_shells(bundled)
    yield bundled
    names = FULL_NAMES if headed else (*HEADLESS_NAMES, *FULL_NAMES)
    yield from (Path(found) for name in names if (found := shutil.which(name)))
    if sys.platform == "darwin":
        yield from map(Path, _MAC_APPS)


def _bundled_shells(bundled: Path) -> Iterator[Path]:
    """Playwright's headless shell lies beside its full Chromium, under the same revision."""
    for parent in bundled.parents:
        if parent.name.startswith("chromium-"):
            shells = parent.with_name(parent.name.replace("chromium-", "chromium_headless_shell-"))
            for name in HEADLESS_NAMES:
                yield from shells.glob(f"*/{name}")
            return


def _sandbox_attempts() -> tuple[bool, ...]:
    """Root cannot have the sandbox; elsewhere it is tried first. With ``SHOPPER_SANDBOX=required``
    nothing else is."""
    if sandbox_required():
        return (True,)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return (False,) if is_root else (True, False)


def _reason(error: Error) -> str:
    """The line of Chromium's output that says why, else Playwright's first line."""
    lines = error.message.splitlines()
    telling = (line for line in lines if "error" in line.lower() or "sandbox" in line.lower())
    return next(telling, lines[0]).strip()[:200]
