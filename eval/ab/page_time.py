"""How long a visit's pages took, by the pages' own clocks: what two sides are compared by.

What the customer thought and what we waited to be sure that a page is at rest is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from eval.visits import Visit

_LEAST = 0.001
"""Seconds: a clock of pages is no finer, and the logarithm of none is not defined."""


def own_clocks(visits: Iterable[Visit]) -> bool:
    """Whether every one of these visits was logged with the pages' own times. Earlier versions
    logged only the waiting, ours included."""
    return all(
        any(step.page_seconds is not None for step in visit.steps)
        for visit in visits
        if any(step.settle_seconds for step in visit.steps)
    )


def log_seconds(visit: Visit, *, own: bool) -> float:
    """The logarithm of a visit's seconds by the pages' `own` clocks, else of its waiting."""
    if own:
        seconds = visit.opened_seconds + sum(step.page_seconds or 0.0 for step in visit.steps)
    else:
        seconds = sum(step.settle_seconds for step in visit.steps)
    return math.log(max(seconds, _LEAST))
