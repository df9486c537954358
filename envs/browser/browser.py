"""Finding Chromium, launching it, and opening windows for customers in it.

One browser process serves many customers, each in a context of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import psutil
from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import BrowserContext, Error, Playwright, async_playwright

from envs.browser import chromium
from envs.browser import machine as memory
from envs.errors import BadOptions, BrowserGone, BrowserMissing

_PAGE = Path(__file__).parents[1] / "page"

AMONG_THE_PAGES_OWN = (
    "pending.js",
    "dialogs.js",
    "shadows.js",
    "listeners.js",
    "workers.js",
    "permissions.js",
    "unfolding.js",
)
"""Scripts of `envs/page` that run among a page's own: only there can be seen what they see."""


class ContextOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The window one customer shops in."""

    width: int = 1280
    """Width of the viewport in CSS pixels; a `device` brings its own."""
    height: int = 800
    resizable: bool = False
    """The page fills the window as it is, and follows when a person changes its size."""
    device: str | None = None
    """One of Playwright's devices, e.g. ``iPhone 15``: viewport, touch, scale, user agent."""
    locale: str | None = None
    """Language of the customer, e.g. ``de-DE``."""
    timezone: str | None = None
    """IANA name, e.g. ``Europe/Berlin``."""
    user_agent_suffix: str = ""
    """Appended to the user agent, so that a site can tell who is visiting."""
    proxy: str | None = None
    """`Gateway.proxy` of the gateway every request goes through, loopback ones included."""
    scripts: bool = True
    """Whether pages may run scripts."""
    offline: bool = False


class Browser:
    """A running Chromium. Use `launch`."""

    def __init__(
        self, playwright: Playwright, process: PlaywrightBrowser, facts: chromium.Launched
    ):
        self._playwright = playwright
        self._process = process
        self.executable = facts.executable
        self.sandboxed = facts.sandboxed
        self.headed = facts.headed
        self.flags = facts.flags
        self._pids: chromium.Pids | None = None

    @property
    def alive(self) -> bool:
        """False once the browser process, or Playwright's driver of it, is gone."""
        if not self._process.is_connected():
            return False
        return self._pids is None or memory.running(self._pids.driver)

    @property
    def version(self) -> str:
        return self._process.version

    async def context(
        self, options: ContextOptions | None = None, state: Mapping[str, Any] | None = None
    ) -> BrowserContext:
        """A fresh window without history, cookies or permissions, or with those cookies and what
        pages keep that `state` (Playwright's storage state) has.

        Raises:
            BadOptions: an unknown device, locale or timezone.
            BrowserGone: the browser process has ended.
        """
        settings = self._settings(options or ContextOptions())
        if state is not None:
            settings["storage_state"] = state
        try:
            context = await self._process.new_context(**settings)
            for script in AMONG_THE_PAGES_OWN:
                await context.add_init_script(path=_PAGE / script)
        except Error as error:
            if not self.alive or "has been closed" in error.message:
                raise BrowserGone(
                    "the browser ended before a window could be opened: launch it again"
                ) from error
            reason = error.message.splitlines()[0]
            raise BadOptions(f"Chromium refuses this window's settings: {reason}") from error
        return context

    async def relaunch(self) -> None:
        """Start a new process after the old one died; contexts of the old one stay lost."""
        if self.alive:
            await self._process.close()
        self._process, _ = await chromium.start(self._playwright, self.headed, self.flags)
        await self.identify()

    async def close(self) -> None:
        if self.alive:
            await self._process.close()

    async def identify(self) -> None:
        """Find out which processes these are: for `megabytes`, `kill` and the driver's death."""
        self._pids = await chromium.pids(self._process)

    def megabytes(self) -> float:
        """What the browser and its driver hold, in MB (PSS); 0 when that cannot be known."""
        return 0.0 if self._pids is None else memory.megabytes(memory.family(self._pids.driver.pid))

    def kill(self) -> None:
        """End it at once, whatever state it is in."""
        if self._pids is None:
            return
        for process in (*memory.family(self._pids.driver.pid), self._pids.browser):
            with suppress(psutil.Error):
                process.kill()

    def _settings(self, options: ContextOptions) -> dict[str, Any]:
        settings: dict[str, Any] = {"viewport": {"width": options.width, "height": options.height}}
        if options.resizable:
            settings = {"no_viewport": True}
        if options.device is not None:
            settings = self._device(options.device)
        agent = _of_version(settings.get("user_agent"), self.version) or _user_agent(self.version)
        suffix = options.user_agent_suffix.strip()
        settings["user_agent"] = f"{agent} {suffix}" if suffix else agent
        if options.proxy is not None:
            settings["proxy"] = {"server": options.proxy, "bypass": "<-loopback>"}
        return settings | {
            "locale": options.locale,
            "timezone_id": options.timezone,
            "java_script_enabled": options.scripts,
            "offline": options.offline,
            "accept_downloads": False,
            "permissions": [],
            "service_workers": "block",
            "ignore_https_errors": False,
        }

    def _device(self, name: str) -> dict[str, Any]:
        devices = self._playwright.devices
        if name not in devices:
            close = [d for d in devices if name.lower() in d.lower()][:5]
            hint = f"; did you mean {', '.join(close)}" if close else ""
            raise BadOptions(f"no device is called {name!r}{hint}")
        descriptor: dict[str, Any] = dict(devices[name])
        descriptor.pop("default_browser_type", None)
        return descriptor


@asynccontextmanager
async def launch(headed: bool = False, flags: Sequence[str] = ()) -> AsyncIterator[Browser]:
    """Chromium for as long as the block runs; `flags` are added to its command line.

    Raises:
        BrowserMissing: none is installed, or the one found does not start.
    """
    async with async_playwright() as playwright:
        process, facts = await chromium.start(playwright, headed, flags)
        browser = Browser(playwright, process, facts)
        await browser.identify()
        try:
            yield browser
        finally:
            await browser.close()


def _user_agent(version: str) -> str:
    """What Chromium of this version calls itself with a window, whether it has one or not."""
    major = version.split(".")[0]
    return (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{major}.0.0.0 Safari/537.36"
    )


def _of_version(agent: str | None, version: str) -> str | None:
    """A device's user agent with the version of the browser that really runs."""
    return agent and re.sub(r"(?<=Chrome/)\d+[\d.]*", f"{version.split('.')[0]}.0.0.0", agent)


def missing_display() -> bool:
    """Whether a headed browser has nowhere to show itself on this machine."""
    return os.name == "posix" and not (
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.uname().sysname != "Linux"
    )


__all__ = ["Browser", "BrowserMissing", "ContextOptions", "launch", "missing_display"]
