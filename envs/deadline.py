"""How much time is left, counted on a clock that stands still while a customer waits for others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Clock:
    """The event loop's time, less what passed while it was told to stand still."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stood = 0.0
        self._since = 0.0
        self._reasons = 0
        self._timers: dict[asyncio.Timeout, float] = {}

    def now(self) -> float:
        """Seconds; only differences mean anything."""
        return (self._since if self._reasons else self._loop.time()) - self._stood

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """What happens meanwhile takes no time."""
        self._since = self._since if self._reasons else self._loop.time()
        self._reasons += 1
        self._set_timers()
        try:
            yield
        finally:
            self._reasons -= 1
            if not self._reasons:
                self._stood += self._loop.time() - self._since
            self._set_timers()

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        """As `asyncio.timeout`, by this clock."""
        async with asyncio.timeout(None) as timer:
            self._timers[timer] = self.now() + seconds
            self._set_timers()
            try:
                yield
            finally:
                del self._timers[timer]

    def _set_timers(self) -> None:
        for timer, due in self._timers.items():
            if not timer.expired():
                timer.reschedule(None if self._reasons else due + self._stood)


class Deadline:
    """A moment by which something must be over."""

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._at = self._clock.now() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._at - self._clock.now())

    @property
    def passed(self) -> bool:
        return self.left == 0.0

    def within(self, seconds: float) -> Deadline:
        """The earlier of this and one `seconds` from now."""
        return Deadline(min(seconds, self.left), self._clock)


async def changed(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event` to be set again, at most `seconds`; whether it was."""
    event.clear()
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
