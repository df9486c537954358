"""One browser after another: a worn one lets its windows finish while new ones open in a fresh one.

Browsers grow with what they have shown, and sometimes die. Whoever needs a window asks here for the
browser to open it in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import msgspec

from envs.browser.browser import Browser

Launch = Callable[[], AbstractAsyncContextManager[Browser]]
_WEIGHED_EVERY = 5.0
_CLOSES_WITHIN = 15.0


class RecyclePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """When a browser has served enough. Looked at before a window opens, never in between."""

    megabytes: float = 4000.0
    """Of the browser with all its processes and Playwright's driver (PSS)."""
    seconds: float = 1800.0
    windows: int = 250


class _PooledBrowser:
    """A running browser, how long it has run, and how many are in it."""

    def __init__(self, browser: Browser, stack: AsyncExitStack) -> None:
        self.browser = browser
        self.stack = stack
        self.since = time.monotonic()
        self.lent = 0
        self.users = 0
        self.retired = False
        self.weighed = 0.0
        self.megabytes = 0.0


class BrowserPool:
    """The browsers of a run. `started` counts them, `died` those that ended by themselves."""

    def __init__(self, launch: Launch, recycle: RecyclePolicy | None = None) -> None:
        self._launch = launch
        self._wear = recycle or RecyclePolicy()
        self._current: _PooledBrowser | None = None
        self._open: set[_PooledBrowser] = set()
        self._changing = asyncio.Lock()
        self.started = 0
        self.died = 0

    async def __aenter__(self) -> BrowserPool:
        return self

    async def __aexit__(self, *_: object) -> None:
        for lent in tuple(self._open):
            await self._close(lent)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Browser]:
        """A browser for one customer; it is not closed while it is lent.

        Raises:
            BrowserMissing: none could be started.
        """
        lent = await self._take()
        try:
            yield lent.browser
        finally:
            lent.users -= 1
            if lent.retired and not lent.users:
                await self._close(lent)

    async def _take(self) -> _PooledBrowser:
        async with self._changing:
            lent = self._current
            if lent is not None and not await self._serves(lent):
                self._current = None
                lent.retired = True
                if not lent.users:
                    await self._close(lent)
                lent = None
            if lent is None:
                lent = self._current = await self._start()
            lent.users += 1
            lent.lent += 1
            return lent

    async def _serves(self, lent: _PooledBrowser) -> bool:
        """Whether another window may be opened in it."""
        if not lent.browser.alive:
            self.died += 1
            return False
        now = time.monotonic()
        if lent.lent >= self._wear.windows or now - lent.since >= self._wear.seconds:
            return False
        if now - lent.weighed >= _WEIGHED_EVERY:
            lent.megabytes = await asyncio.to_thread(lent.browser.megabytes)
            lent.weighed = time.monotonic()
        return lent.megabytes < self._wear.megabytes

    async def _start(self) -> _PooledBrowser:
        async with AsyncExitStack() as stack:
            browser = await stack.enter_async_context(self._launch())
            lent = _PooledBrowser(browser, stack.pop_all())
        self.started += 1
        self._open.add(lent)
        return lent

    async def _close(self, lent: _PooledBrowser) -> None:
        """A browser whose driver has died may never say that it is closed."""
        self._open.discard(lent)
        try:
            async with asyncio.timeout(_CLOSES_WITHIN):
                await lent.stack.aclose()
        except TimeoutError:
            lent.browser.kill()
