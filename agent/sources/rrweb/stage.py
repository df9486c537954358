"""The page of one window of a recording: what is played in it, and looks at it.

Knows nothing of what people did on it.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.sources.rrweb.events import Event
from agent.sources.rrweb.gestures import Press, Seen
from envs.observation import Observation
from envs.recording.replay import Pressed, Replay

BATCH = 200
_HEED_MS = 150.0
"""After a change, a pause as long as this is one in which a message can be read."""


class Stage:
    """A page that events are played in. `pictured`: there is a page; `torn`: a piece of it is lost;
    `shown` is the last look."""

    def __init__(self, replay: Replay, secrets: Callable[[], tuple[str, ...]]) -> None:
        self._replay = replay
        self._secrets = secrets
        self._batch: list[bytes] = []
        self._changed_at: float | None = None
        self._open = False
        self.shown: Observation | None = None
        self.pictured = False
        self.torn = False
        self.torn_pages = 0

    @property
    def is_open(self) -> bool:
        """Whether there was a page, or the address of one."""
        return self._open

    async def open(self, href: str, size: tuple[float, float]) -> None:
        """Another page begins, of which nothing is there yet."""
        await self._replay.go(href, *size)
        self._open = True
        self.pictured = self.torn = False
        self._changed_at = None

    async def picture(self, event: Event) -> None:
        """A whole picture of the page: nothing of it is lost any more."""
        await self.flush()
        self.pictured, self.torn = True, False
        await self.play(event)
        self._changed_at = event.at

    async def move(self, href: str) -> None:
        """The page is at another address now."""
        await self.flush()
        await self._replay.move(href)

    async def play(self, event: Event) -> None:
        self._batch.append(event.raw)
        if len(self._batch) >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Play everything up to now."""
        batch, self._batch = self._batch, []
        if batch and self._open and await self._replay.feed(batch) and not self.torn:
            self.torn = True
            self.torn_pages += 1

    def changed(self, at: float) -> None:
        """Something changed, which may be a message."""
        self._changed_at = at

    async def heed(self, now: float) -> None:
        """Let a message be noticed that stood for a while: it may be gone by the next look."""
        if self._changed_at is not None and self.pictured and now - self._changed_at >= _HEED_MS:
            await self.flush()
            await self._replay.heed()
            self._changed_at = None

    async def look(self, at: float) -> Seen:
        """The page as the person sees it."""
        await self.flush()
        self.shown = await self._replay.look(at, self._secrets())
        return Seen(self.shown, await self._replay.viewport())

    async def on(self, node: int) -> Pressed | None:
        """What is pressed at a node, by the names of the last look."""
        await self.flush()
        return await self._replay.pressed(node)

    async def press(self, event: Event) -> Press | None:
        """Look, and find what is pressed; what the page says was read by now."""
        seen = await self.look(event.at)
        on = await self._replay.pressed(event.data.id)
        await self._replay.acted()
        return None if on is None else Press(event.data.id, event.at, on, seen)

    async def chosen(self, node: int) -> str:
        """The name of what is chosen in a list."""
        await self.flush()
        return await self._replay.chosen(node)
