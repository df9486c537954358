"""Events in the order in which they happened, each once.

Uploads repeat pieces and mix up neighbouring ones: what is out of order by a few seconds is sorted,
and the same event at the same time is taken once. A clock that was set back in the middle is known
by a longer leap: then the order of the file is right, and time goes on from where it was.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator

import msgspec

from agent.sources.rrweb.events import Event

WINDOW_MS = 5000.0
"""How far back an event may belong."""
MOST_HELD = 2000
_LEAP_MS = 60_000.0
"""Back by more than this is another clock."""


class Order:
    """Puts a stream in order; counts what it met."""

    def __init__(self) -> None:
        self.doubled = 0
        self.clock_back = 0

    def sorted(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, ordered; holds those of a few seconds."""
        held: list[tuple[float, int, Event]] = []
        known: dict[tuple[float, str], set[int]] = {}
        count = itertools.count()
        newest, shift, last = float("-inf"), 0.0, float("-inf")
        for event in events:
            if event.at + shift < newest - _LEAP_MS and not self._was_there(event, shift, known):
                self.clock_back += 1
                shift = newest - event.at
            at = event.at + shift
            if self._was_there(event, shift, known):
                self.doubled += 1
                continue
            known.setdefault((at, event.window), set()).add(hash(event.raw))
            heapq.heappush(held, (at, next(count), event))
            newest = max(newest, at)
            while held and (held[0][0] < newest - WINDOW_MS or len(held) > MOST_HELD):
                last = max(last, held[0][0])
                yield self._taken(held, last)
            known = self._recent(known)
        while held:
            last = max(last, held[0][0])
            yield self._taken(held, last)

    @staticmethod
    def _was_there(event: Event, shift: float, known: dict[tuple[float, str], set[int]]) -> bool:
        return hash(event.raw) in known.get((event.at + shift, event.window), ())

    @staticmethod
    def _recent(
        known: dict[tuple[float, str], set[int]],
    ) -> dict[tuple[float, str], set[int]]:
        """What a repeated piece may repeat: pieces are of some seconds, or some thousand events."""
        if len(known) <= 2 * MOST_HELD:
            return known
        return dict(itertools.islice(known.items(), MOST_HELD, None))

    @staticmethod
    def _taken(held: list[tuple[float, int, Event]], at: float) -> Event:
        _, _, event = heapq.heappop(held)
        return event if event.at == at else msgspec.structs.replace(event, at=at)
