"""One browser after another: a worn one lets its windows finish while new ones open in a fresh one.

Browsers grow with what they have shown, and sometimes die. Whoever needs a window asks here for
the browser to open it in. Knows nothing of what is done in it.
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


class Wear(msgspec.Struct, frozen=True, kw_only=True):
    """When a browser has served enough. Looked at before a window opens, never in between."""

    megabytes: float = 4000.0
    """Of the browser with all its processes and Playwright's driver (PSS)."""
    seconds: float = 1800.0
    windows: int = 250


class _Held:
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


class Browsers:
    """The browsers of a run. `started` counts them, `died` those that ended by themselves."""

    def __init__(self, launch: Launch, wear: Wear | None = None) -> None:
        self._launch = launch
        self._wear = wear or Wear()
        self._current: _Held | None = None
        self._open: set[_Held] = set()
        self._changing = asyncio.Lock()
        self.started = 0
        self.died = 0

    async def __aenter__(self) -> Browsers:
        return self

    async def __aexit__(self, *_: object) -> None:
        for held in tuple(self._open):
            await self._close(held)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Browser]:
        """A browser for one customer; it is not closed while it is lent.

        Raises:
            BrowserMissing: none could be started.
        """
        held = await self._take()
        try:
            yield held.browser
        finally:
            held.users -= 1
            if held.retired and not held.users:
                await self._close(held)

    async def _take(self) -> _Held:
        async with self._changing:
            held = self._current
            if held is not None and not await self._serves(held):
                self._current = None
                held.retired = True
                if not held.users:
                    await self._close(held)
                held = None
            if held is None:
                held = self._current = await self._start()
            held.users += 1
            held.lent += 1
            return held

    async def _serves(self, held: _Held) -> bool:
        """Whether another window may be opened in it."""
        if not held.browser.alive:
            self.died += 1
            return False
        now = time.monotonic()
        if held.lent >= self._wear.windows or now - held.since >= self._wear.seconds:
            return False
        if now - held.weighed >= _WEIGHED_EVERY:
            held.megabytes = await asyncio.to_thread(held.browser.megabytes)
            held.weighed = time.monotonic()
        return held.megabytes < self._wear.megabytes

    async def _start(self) -> _Held:
        async with AsyncExitStack() as stack:
            browser = await stack.enter_async_context(self._launch())
            held = _Held(browser, stack.pop_all())
        self.started += 1
        self._open.add(held)
        return held

    async def _close(self, held: _Held) -> None:
        """A browser whose driver has died may never say that it is closed."""
        self._open.discard(held)
        try:
            async with asyncio.timeout(_CLOSES_WITHIN):
                await held.stack.aclose()
        except TimeoutError:
            held.browser.kill()
