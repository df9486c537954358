"""The measures of a comparison: how each is taken of a visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from agent.sessions.outcome import SessionOutcome
from eval.ab.page_time import log_seconds
from eval.visits import Visit


@dataclass(frozen=True)
class Kind:
    """How a measure is taken of a visit."""

    name: str
    label: str
    unit: str
    of: Callable[[Visit], float]


BEHAVIOUR = (
    Kind("bought", "Ordered", "share", lambda v: float(v.outcome.ordered)),
    Kind(
        "left",
        "Left without buying",
        "share",
        lambda v: float(v.outcome is SessionOutcome.TERMINATE),
    ),
    Kind("steps", "Steps", "number", lambda v: float(len(v.steps))),
    Kind("searches", "Searches", "number", lambda v: float(len(v.queries))),
)
TIME = Kind("time", "Waiting for pages", "log_seconds", partial(log_seconds, own=True))
WAITING = Kind("time", "Waiting for pages", "log_seconds", partial(log_seconds, own=False))
"""The same of comparisons that an earlier version made: with our own waiting."""
TESTS = len(BEHAVIOUR) + 1
"""How many measures are looked at together."""
