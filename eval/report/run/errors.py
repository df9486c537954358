"""What went wrong behind the customers' backs, by address: script errors, failed requests, slow
pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from envs.troubles import Kind
from eval.report.run.figures import NOTICED
from eval.visits import Visit

MOST = 40
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class PageTrouble:
    """The same trouble on one page. `at` are visit and step where it was first seen."""

    kind: Kind
    page: str
    text: str
    times: int
    visits: tuple[Visit, ...]
    step: int


@dataclass(frozen=True)
class SlowPage:
    """How long a page took until it was there, median of its `views` by its own clock; the slowest
    one is at `step` of `visit`."""

    page: str
    seconds: float
    views: int
    visit: Visit
    step: int


def troubles(visits: Iterable[Visit]) -> list[PageTrouble]:
    """The same words, numbers aside, on one page are one; those of most customers first."""
    seen: dict[tuple[str, str, str], list[tuple[Visit, int, Kind, str, str, int]]] = {}
    for visit in visits:
        for step in visit.steps:
            for one in step.troubles:
                key = (one.kind, one.page, _NUMBERS.sub("0", one.text))
                told = (visit, step.index, one.kind, one.page, one.text, one.times)
                seen.setdefault(key, []).append(told)
    found = [
        PageTrouble(
            kind=hits[0][2],
            page=hits[0][3],
            text=hits[0][4],
            times=sum(hit[5] for hit in hits),
            visits=tuple({hit[0].number: hit[0] for hit in hits}.values()),
            step=hits[0][1],
        )
        for hits in seen.values()
    ]
    return sorted(found, key=lambda one: (-len(one.visits), -one.times, one.page, one.text))


def slow_pages(visits: Iterable[Visit], top: int = 8) -> list[SlowPage]:
    """Pages that took longer than `NOTICED` in half of their views, the slowest first."""
    views: dict[str, list[tuple[float, Visit, int]]] = {}
    for visit in visits:
        before = None
        for step in visit.steps:
            if step.load_seconds and step.address != before:
                views.setdefault(step.address, []).append((step.load_seconds, visit, step.index))
            before = step.address
    found = []
    for page, took in views.items():
        middle = median(seconds for seconds, *_ in took)
        if middle > NOTICED:
            _, whose, at = max(took, key=lambda one: one[0])
            found.append(SlowPage(page, middle, len(took), whose, at))
    return sorted(found, key=lambda one: (-one.seconds, one.page))[:top]
