"""Pictures for a report: which visits keep theirs, and a picture as a data: URI.

A path in a log is not to be trusted: only real JPEG and PNG files inside the run folder are read.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.sessions.outcome import SessionOutcome
from eval.visits import Shot, Visit

BUDGET = 32_000_000
"""Bytes of pictures a report holds at most; written as text they take a third more."""

_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class Album:
    """The pictures of one run. `shown` are the numbers of the visits whose pictures are in the
    report, `with_pictures` of those that have any."""

    def __init__(self, root: Path, visits: Sequence[Visit], budget: int = BUDGET) -> None:
        self.root = root.resolve()
        self.with_pictures = frozenset(v.number for v in visits if v.shots)
        self.shown = self._choose(visits, budget)

    @property
    def complete(self) -> bool:
        return self.shown == self.with_pictures

    def source(self, visit: Visit, shot: Shot | None) -> str | None:
        """The picture as a data: URI; None when it is left out, missing or no picture."""
        if shot is None or visit.number not in self.shown:
            return None
        file = picture_file(self.root, shot.path)
        return data_uri(file) if file else None

    def _choose(self, visits: Sequence[Visit], budget: int) -> frozenset[int]:
        """Visits in turn from every outcome, spread over the run, until the budget is used."""
        chosen, left = set(), budget
        for visit in in_turn([v for v in visits if v.shots]):
            cost = sum(self._size(shot) for shot in visit.shots)
            if cost <= left:
                chosen.add(visit.number)
                left -= cost
        return frozenset(chosen)

    def _size(self, shot: Shot) -> int:
        file = picture_file(self.root, shot.path)
        return file.stat().st_size if file else 0


def picture_file(root: Path, path: str) -> Path | None:
    """The file a log's `path` names, if it is one inside `root` (which is resolved)."""
    try:
        file = (root / path).resolve()
        inside = file.is_relative_to(root) and file.is_file()
    except (OSError, ValueError):
        return None
    return file if inside else None


def data_uri(file: Path) -> str | None:
    """A picture as text; None when it is neither JPEG nor PNG."""
    data = file.read_bytes()
    for magic, media_type in _MAGIC.items():
        if data.startswith(magic):
            return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    return None


def in_turn(visits: Sequence[Visit]) -> Iterator[Visit]:
    """One visit of each outcome, then another of each, and so on."""
    queues = [_spread([v for v in visits if v.outcome is outcome]) for outcome in SessionOutcome]
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop(0)


def _spread(visits: list[Visit]) -> list[Visit]:
    """The same visits in an order whose every beginning is spread over the whole list."""
    count = len(visits)
    bits = max(1, (count - 1).bit_length())
    order = (int(f"{i:0{bits}b}"[::-1], 2) for i in range(2**bits))
    return [visits[i] for i in order if i < count]
