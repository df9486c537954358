"""The window as a moving picture: small, a few frames a second, and only while somebody looks.

The browser sends a frame when what it shows has changed and the frame before was taken off its
hands. Frames are not covered as screenshots are, so they pass only while no document of the window
shows a secret, before and after each; where one does, a screenshot takes their place.
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
        self._latest: dict[str, Any] | None = None
        self._showed_secret = True
        self._covered_at = 0.0

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """JPEG by JPEG, as the window changes; follows the customer to other windows."""
        watched: Tab | None = None
        try:
            while True:
                tab = self._current()
                if tab is not watched:
                    await self._stop(watched)
                    watched = tab
                    await self._start(tab)
                picture = None if tab is None else await self._next(tab)
                if picture is not None:
                    yield picture
                await asyncio.sleep(EVERY)
        finally:
            await self._stop(watched)

    def _current(self) -> Tab | None:
        try:
            return self._tabs.current
        except EnvError:
            return None

    def _came(self, frame: dict[str, Any]) -> None:
        self._latest = frame

    async def _start(self, tab: Tab | None) -> None:
        self._latest, self._showed_secret = None, True
        if tab is not None:
            tab.world.cdp.on("Page.screencastFrame", self._came)
            with suppress(Error):
                await tab.world.cdp.send("Page.startScreencast", _SETTINGS)

    async def _stop(self, tab: Tab | None) -> None:
        if tab is not None:
            tab.world.cdp.remove_listener("Page.screencastFrame", self._came)
            with suppress(Error):
                await tab.world.cdp.send("Page.stopScreencast")

    async def _next(self, tab: Tab) -> bytes | None:
        """What has changed since the last frame; None where nothing has."""
        frame, self._latest = self._latest, None
        if frame is None:
            return None
        try:
            shows, before = await self._shows_secret(tab), self._showed_secret
            self._showed_secret = shows
            with suppress(Error):
                await tab.world.cdp.send(
                    "Page.screencastFrameAck", {"sessionId": frame["sessionId"]}
                )
        except (Error, PageScriptGone, EnvError, TimeoutError):
            return None
        return await self._screenshot() if shows or before else base64.b64decode(frame["data"])

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
