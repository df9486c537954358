"""How much time is left, counted on the event loop's clock."""

from __future__ import annotations

import asyncio


class Deadline:
    """A moment by which something must be over."""

    def __init__(self, seconds: float) -> None:
        self._at = asyncio.get_running_loop().time() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._at - asyncio.get_running_loop().time())

    @property
    def passed(self) -> bool:
        return self.left == 0.0

    def within(self, seconds: float) -> Deadline:
        """The earlier of this and one `seconds` from now."""
        return Deadline(min(seconds, self.left))


async def changed(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event` to be set anew, at most `seconds`; whether it was."""
    event.clear()
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
