"""Events in the order in which they happened, each once.

Uploads repeat pieces and mix up neighbouring ones: what is out of order by a few seconds is sorted,
and the same event at the same time is taken once. A clock that was set back in the middle is known
by a longer leap: then the order of the file is right, and time goes on from where it was. Windows
are put in order each by itself: an export may tell of one after another.
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
        self._lanes: dict[str, _Lane] = {}

    def sorted(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, each window's in order; holds those of a few seconds."""
        for event in events:
            lane = self._lanes.setdefault(event.window, _Lane())
            at, set_back = lane.time_of(event)
            self.clock_back += set_back
            if not lane.is_new(event, at):
                self.doubled += 1
                continue
            lane.hold(event, at)
            yield from lane.ready()
        for lane in self._lanes.values():
            yield from lane.rest()


class _Lane:
    """The events of one window that are held."""

    def __init__(self) -> None:
        self._held: list[tuple[float, int, Event]] = []
        self._count = itertools.count()
        self._known: dict[float, set[int]] = {}
        self._newest = self._last = float("-inf")
        self._shift = 0.0

    def time_of(self, event: Event) -> tuple[float, bool]:
        """When the event happened, and whether its clock was set back."""
        at = event.at + self._shift
        if at >= self._newest - _LEAP_MS or hash(event.raw) in self._known.get(at, ()):
            return at, False
        self._shift = self._newest - event.at
        return self._newest, True

    def is_new(self, event: Event, at: float) -> bool:
        """Whether it was not there before; remembered for as long as a piece may be repeated."""
        if len(self._known) > 2 * MOST_HELD:
            self._known = dict(itertools.islice(self._known.items(), MOST_HELD, None))
        known = self._known.setdefault(at, set())
        if hash(event.raw) in known:
            return False
        known.add(hash(event.raw))
        return True

    def hold(self, event: Event, at: float) -> None:
        heapq.heappush(self._held, (at, next(self._count), event))
        self._newest = max(self._newest, at)

    def ready(self) -> Iterator[Event]:
        """What nothing can come before any more."""
        held = self._held
        while held and (held[0][0] < self._newest - WINDOW_MS or len(held) > MOST_HELD):
            yield self._taken()

    def rest(self) -> Iterator[Event]:
        while self._held:
            yield self._taken()

    def _taken(self) -> Event:
        at, _, event = heapq.heappop(self._held)
        self._last = max(self._last, at)
        return event if event.at == self._last else msgspec.structs.replace(event, at=self._last)
