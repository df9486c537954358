"""Which visits are told step by step on the page itself, and which on pages beside it, so that a
page of thousands of visits opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.report.pictures import in_turn
from eval.visits import Visit

TEXT = 3_000_000
"""Characters of stories on the page itself."""
BESIDE = 400
"""Visits on each page beside it."""
FOLDER = "visits"
_VISIT, _STEP = 1_500, 1_150
"""Characters of a story's frame and of a step's, without what was thought."""


@dataclass(frozen=True)
class Stories:
    """`here` are told on the page, `beside` on pages of their own, each with its file's name."""

    here: tuple[Visit, ...]
    beside: tuple[tuple[str, tuple[Visit, ...]], ...]

    @cached_property
    def _files(self) -> dict[int, str]:
        return {visit.number: name for name, theirs in self.beside for visit in theirs}

    def address(self, visit: Visit) -> str:
        """A link to a visit, from the page."""
        return f"{self._files.get(visit.number, '')}#visit-{visit.number}"


def split(visits: Sequence[Visit], text: int = TEXT) -> Stories:
    """All on the page while they fit, else of every outcome in turn until it is full."""
    chosen, left = set[int](), text
    for visit in in_turn(list(visits)):
        left -= _cost(visit)
        if left < 0 and chosen:
            break
        chosen.add(visit.number)
    others = [visit for visit in visits if visit.number not in chosen]
    return Stories(
        here=tuple(visit for visit in visits if visit.number in chosen),
        beside=tuple(
            (f"{FOLDER}/{1 + place // BESIDE}.html", tuple(others[place : place + BESIDE]))
            for place in range(0, len(others), BESIDE)
        ),
    )


def _cost(visit: Visit) -> int:
    steps = sum(
        _STEP + len(step.reasoning or "") + len(step.error or "") + 2 * len(step.title)
        for step in visit.steps
    )
    return _VISIT + steps + 60 * len(visit.steps)
