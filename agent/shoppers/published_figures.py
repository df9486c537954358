"""Counts of a population's behaviour, and the published figures they are held against.

Takes kinds of actions and how visits ended.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import msgspec

from agent.sessions.outcome import SessionOutcome
from agent.shoppers.parameters import TARGETS


class Figure(msgspec.Struct, frozen=True):
    """One figure beside its target. `within` says whether it is as close as it should be; the
    tolerance is the stated one plus what chance alone would do in a sample of this size."""

    name: str
    value: float
    target: float
    tolerance: float
    at_most: bool = False

    @property
    def within(self) -> bool:
        if self.at_most:
            return self.value <= self.target + self.tolerance
        return abs(self.value - self.target) <= self.tolerance


class ShopperTally:
    """Counts visits one by one."""

    def __init__(self) -> None:
        self.sessions = 0
        self.purchases = 0
        self.not_first_search = 0
        self.unfinished = 0
        self.kinds: Counter[str] = Counter()
        self._actions_squared = 0
        self._searches_squared = 0
        self._p_max = 0.0
        self._p_max_steps = 0

    def add(self, kinds: list[str], outcome: SessionOutcome, p_max: Iterable[float] = ()) -> None:
        """One visit: the kinds of its actions in order, and how it ended."""
        self.sessions += 1
        bought = outcome.ordered
        self.purchases += bought
        self.unfinished += not bought and outcome is not SessionOutcome.TERMINATE
        self.not_first_search += kinds[:1] != ["search"]
        self.kinds.update(kinds)
        self._actions_squared += len(kinds) ** 2
        self._searches_squared += kinds.count("search") ** 2
        for p in p_max:
            self._p_max += p
            self._p_max_steps += 1

    @property
    def steps(self) -> int:
        return self.kinds.total()

    @property
    def oracle(self) -> float | None:
        """Mean probability of the most likely action: what an oracle would score."""
        return self._p_max / self._p_max_steps if self._p_max_steps else None

    def figures(self) -> tuple[Figure, ...]:
        """The calibrated figures beside their targets. Tolerances: 5 % of the target, 10 % for
        purchases, and two standard errors."""
        n = max(1, self.sessions)
        searches = self.kinds["search"]
        bought = self.purchases / n
        return (
            Figure("actions per session", self.steps / n, TARGETS.actions,
                   0.05 * TARGETS.actions + 2 * self._error(self.steps, self._actions_squared)),
            Figure("searches per session", searches / n, TARGETS.searches,
                   0.05 * TARGETS.searches + 2 * self._error(searches, self._searches_squared)),
            Figure("share of purchases", bought, TARGETS.purchases,
                   0.1 * TARGETS.purchases + 2 * math.sqrt(bought * (1 - bought) / n)),
            Figure("filters per search", self.kinds["filter"] / max(1, searches),
                   TARGETS.filters_per_search, 0.0, at_most=True),
        )  # fmt: skip

    def _error(self, total: int, squares: int) -> float:
        """The standard error of a mean per session."""
        n = max(1, self.sessions)
        variance = max(0.0, squares / n - (total / n) ** 2)
        return math.sqrt(variance / n)
