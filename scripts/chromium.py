"""Gets a Chromium that starts, and prints its path as the last line.

In this order: the one that SHOPPER_CHROMIUM names, Playwright's own download, the system's Chromium
or Google Chrome, the distribution's package. Runs in the virtual environment, where Playwright is.
Which of them Shopper uses is the business of `envs.browser.browser`; this file only sees to it that
there is one.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from envs.browser.browser import launch
from envs.errors import BrowserMissing, EnvError

FIRST_SIGN = 20.0
"""Seconds without any sign of progress after which the download counts as unreachable."""
NEXT_SIGN = 90.0
"""Seconds allowed between two signs of progress (each tenth of the file) on a slow connection."""
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
ADVICE = (
    "To get a browser, install Chromium or Google Chrome (Debian, Ubuntu: sudo apt-get install "
    "chromium; Fedora: sudo dnf install chromium; macOS: brew install --cask chromium), or name "
    "one with SHOPPER_CHROMIUM=/path, then run make again."
)


def main() -> int:
    if "SHOPPER_CHROMIUM" in os.environ:
        return report(works_here())
    new = not downloaded() and download()
    found = works_here()
    if isinstance(found, EnvError) and downloaded():
        system_libraries()
        found = works_here()
    if isinstance(found, EnvError) and new:
        remove_download()
        found = works_here()
    if isinstance(found, EnvError) and package():
        found = works_here()
    return report(found)


def report(found: Path | EnvError) -> int:
    if isinstance(found, EnvError):
        print(f"{found}\n{ADVICE}", file=sys.stderr)
        return 1
    print(found)
    return 0


def works_here() -> Path | EnvError:
    """The browser Shopper would use, once it has shown a page; else why it cannot."""
    try:
        return asyncio.run(_show_a_page())
    except EnvError as error:
        return error


async def _show_a_page() -> Path:
    async with launch() as browser:
        page = await (await browser.context()).new_page()
        await page.set_content("<p>it works</p>")
        if await page.inner_text("p") != "it works":
            raise BrowserMissing(f"{browser.executable} starts but shows no page")
        return browser.executable


def downloaded() -> list[Path]:
    """The folders that Playwright's headless shell was downloaded to, in the version it wants."""
    listing = playwright("install", "--dry-run", "--only-shell", "chromium").stdout
    named = (line.partition(":")[2].strip() for line in listing.splitlines() if "location" in line)
    return [Path(folder) for folder in named if "chromium" in folder and Path(folder).is_dir()]


def remove_download() -> None:
    """One that does not start even so would be taken before the system's."""
    for folder in downloaded():
        shutil.rmtree(folder, ignore_errors=True)


def system_libraries() -> None:
    """Install what Playwright's build wants from the system, where we may."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        playwright("install-deps", "chromium-headless-shell")


def playwright(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "playwright", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def download() -> bool:
    """Get Playwright's own build; False when its server shows no sign of life."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    env = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(int(FIRST_SIGN * 1000))}
    process = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    if not watched(process):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == 0


def watched(process: subprocess.Popen[bytes]) -> bool:
    """Whether the download went on to its end; a line with ``%`` is a sign of progress."""
    assert process.stdout is not None
    deadline = time.monotonic() + FIRST_SIGN
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            printed = os.read(process.stdout.fileno(), 65536)
            if not printed:
                return True
            if b"%" in printed:
                deadline = time.monotonic() + NEXT_SIGN
    return False


def package() -> bool:
    """Install Debian's or Ubuntu's package, where we may; False when that was not possible."""
    if shutil.which("apt-get") is None:
        return False
    may: tuple[str, ...] = ()
    if os.geteuid() != 0:
        may = ("sudo", "-n")
        if shutil.which("sudo") is None or not works([*may, "true"]):
            return False
    works([*may, *APT, "update"])
    install = [*may, *APT, "install", "-y", "--no-install-recommends"]
    return any(works([*install, name]) for name in ("chromium-headless-shell", "chromium"))


def works(command: list[str]) -> bool:
    """Whether `command` succeeds; what a failing one prints goes to standard error."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}", file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
