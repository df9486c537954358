"""The window as a moving picture: small, a few frames a second, and only while somebody looks.

The browser is asked for a frame, and keeps the next until what it shows has changed. Frames are
not covered as screenshots are, so they pass only while no document of the window shows a secret,
before and after each; where one does, a screenshot takes their place.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import Error

from envs.errors import EnvError
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.page.script import PageScriptGone
from envs.sieve import Sieve

EVERY = 0.5
"""Seconds between two frames."""
COVERED_EVERY = 2.0
"""Seconds between two screenshots, which cost more."""
WIDTH, HEIGHT, QUALITY = 480, 640, 55
_SETTINGS = {"format": "jpeg", "quality": QUALITY, "maxWidth": WIDTH, "maxHeight": HEIGHT}
_PATIENCE_S = 2.0
Covered = Callable[[], Awaitable[bytes | None]]
"""Takes a screenshot without secrets."""


class MovingPicture:
    """One customer's window. One use: iterate `frames`, and close it."""

    def __init__(self, tabs: Tabs, sieve: Sieve, covered: Covered) -> None:
        self._tabs = tabs
        self._sieve = sieve
        self._covered = covered
        self._frame: dict[str, Any] = {}
        self._arrived = asyncio.Event()
        self._casting = False
        self._last = ""
        self._showed_secret = True
        self._covered_at = 0.0

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """JPEG by JPEG, as the window changes; follows the customer to other windows."""
        watched: Tab | None = None
        try:
            while True:
                begun = time.monotonic()
                tab = self._current()
                if tab is not watched:
                    await self._stop(watched)
                    watched, self._showed_secret, self._last = tab, True, ""
                picture = None if tab is None else await self._next(tab)
                if picture is not None:
                    yield picture
                await asyncio.sleep(max(0.0, EVERY - (time.monotonic() - begun)))
        finally:
            await self._stop(watched)

    def _current(self) -> Tab | None:
        try:
            return self._tabs.current
        except EnvError:
            return None

    def _came(self, frame: dict[str, Any]) -> None:
        self._frame = frame
        self._arrived.set()

    async def _start(self, tab: Tab) -> None:
        """From now on the browser sends what changes, and first what there is."""
        self._arrived.clear()
        tab.world.cdp.on("Page.screencastFrame", self._came)
        self._casting = True
        with suppress(Error):
            await tab.world.cdp.send("Page.startScreencast", _SETTINGS)

    async def _stop(self, tab: Tab | None) -> None:
        if tab is None or not self._casting:
            return
        self._casting = False
        tab.world.cdp.remove_listener("Page.screencastFrame", self._came)
        with suppress(Error):
            await tab.world.cdp.send("Page.stopScreencast")

    async def _next(self, tab: Tab) -> bytes | None:
        """What has changed since the last frame; None where nothing has.

        After a frame that differs the browser is let go, since it would take one at every change;
        one that does not, it keeps the next until there is a change.
        """
        if not self._casting:
            await self._start(tab)
        if not await self._arrives():
            return None
        data = self._frame["data"]
        if data == self._last:
            with suppress(Error):
                await tab.world.cdp.send(
                    "Page.screencastFrameAck", {"sessionId": self._frame["sessionId"]}
                )
            return None
        await self._stop(tab)
        try:
            shows, before = await self._shows_secret(tab), self._showed_secret
        except (Error, PageScriptGone, EnvError, TimeoutError):
            return None
        self._showed_secret = shows
        covered = shows or before
        picture = await self._screenshot() if covered else base64.b64decode(data)
        self._last = data if picture is not None else ""
        return picture

    async def _arrives(self) -> bool:
        """Whether a frame comes before it is time for the next."""
        try:
            async with asyncio.timeout(EVERY):
                await self._arrived.wait()
        except TimeoutError:
            return False
        self._arrived.clear()
        return True

    async def _shows_secret(self, tab: Tab) -> bool:
        """
        Raises:
            PageScriptGone, Error, EnvError, TimeoutError: a document does not say.
        """
        told = list(self._sieve.secrets)
        calls = [
            tab.world.call("showsSecret", told, frame=frame) for frame in list(tab.world.frames)
        ]
        async with asyncio.timeout(_PATIENCE_S):
            return any(await asyncio.gather(*calls))

    async def _screenshot(self) -> bytes | None:
        now = time.monotonic()
        if now - self._covered_at < COVERED_EVERY:
            return None
        self._covered_at = now
        return await self._covered()
