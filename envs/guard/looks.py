"""Looks at documents that requests share, since a page may ask for a hundred things at once."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from envs.guard.scene import Look, Signs

_LOOK_S = 0.4


class SharedLooks:
    """One look at a time at the documents concerned with a frame. Requests that come while one is
    under way share the next, so that each is judged by what stood there after it was made."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._next: dict[str, asyncio.Task[tuple[Signs, ...]]] = {}
        self._one_at_a_time: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def at(self, frame: str) -> tuple[Signs, ...]:
        """What the documents show; nothing where they do not answer in time."""
        begun = self._next.get(frame)
        if begun is None:
            begun = self._next[frame] = asyncio.ensure_future(self._in_turn(frame))
        return await asyncio.shield(begun)

    async def _in_turn(self, frame: str) -> tuple[Signs, ...]:
        lock = self._one_at_a_time.setdefault(frame, asyncio.Lock())
        async with lock:
            del self._next[frame]  # who comes from here on waits for the one after
            try:
                async with asyncio.timeout(_LOOK_S):
                    return await self._look(frame)
            except TimeoutError:
                return ()
