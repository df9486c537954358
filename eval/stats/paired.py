"""Statistics of paired differences: is there one, how large, and what could have been found.

A pair is one customer on two sides, a cluster the pairs that depend on each other. Knows numbers,
not what they measure. What the results mean, with sources: docs/ab.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from eval.stats.bootstrap import mcnemar, sign_flip
from eval.stats.intervals import (
    Interval,
    clustered_difference,
    clustered_share,
    paired_difference,
    ratio_interval,
    standard_error,
)
from eval.stats.tally import Floats, Tally

ALPHA, POWER = 0.05, 0.8
_TINY = 1e-12
_FOUR = ((1, 1), (1, 0), (0, 1), (0, 0))
"""What a share holds of a pair: both, only a, only b, neither."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of both sides; `gap` is b minus a. `p` is two-sided and not yet corrected for
    other measures; `detectable` is already, see `detectable`. `differing` counts clusters."""

    a: float
    a_ci95: Interval | None
    b: float
    b_ci95: Interval | None
    gap: float
    ci95: Interval | None
    p: float
    detectable: float | None
    differing: int


class Paired:
    """Two tallies of the same customers in the same order."""

    def __init__(self, a: Tally, b: Tally, tests: int) -> None:
        """`tests`: how many measures will be looked at."""
        self._tallies = a, b
        self._tests = tests
        self.clustered_by = a.clustered_by
        self.clusters = int(a.clusters.max()) + 1
        self._pairs = self._by_cluster(np.ones(len(a.clusters)))

    def difference(self, column: str, *, share: bool) -> Difference:
        """The difference in the mean of `column`; `share` says that it holds only 0 and 1."""
        a, b = (tally.counts[:, tally.columns[column]] for tally in self._tallies)
        gaps = self._by_cluster(b - a)
        return Difference(
            a=float(a.mean()),
            a_ci95=self._interval(a, share),
            b=float(b.mean()),
            b_ci95=self._interval(b, share),
            gap=float((b - a).mean()),
            ci95=self._gap_interval(a, b, share),
            p=self._p(b - a, gaps, share),
            detectable=self._detectable(gaps, share),
            differing=int(np.count_nonzero(self._by_cluster(np.abs(b - a)) > _TINY)),
        )

    def factor(self, column: str) -> Difference:
        """How many times as much `column`, the logarithm of something, is on b: `a`, `b` and their
        intervals are geometric means, and `gap`, `ci95` and `detectable` are factors less 1, so
        that 0.5 is half as much again. Durations: their spread grows with them."""
        a, b = (tally.counts[:, tally.columns[column]] for tally in self._tallies)
        gaps = self._by_cluster(b - a)
        found = self._gap_interval(a, b, share=False)
        size = self._detectable(gaps, share=False)
        return Difference(
            a=math.exp(a.mean()),
            a_ci95=_both(math.exp, clustered_difference(self._by_cluster(a), self._pairs)),
            b=math.exp(b.mean()),
            b_ci95=_both(math.exp, clustered_difference(self._by_cluster(b), self._pairs)),
            gap=math.expm1((b - a).mean()),
            ci95=_both(math.expm1, found),
            p=sign_flip(gaps),
            detectable=None if size is None else math.expm1(size),
            differing=int(np.count_nonzero(self._by_cluster(np.abs(b - a)) > _TINY)),
        )

    def _by_cluster(self, values: Floats) -> Floats:
        """Their sums over the pairs of each cluster."""
        sums = np.bincount(self._tallies[0].clusters, values, minlength=self.clusters)
        return sums.astype(np.float64)

    def _independent(self) -> bool:
        """Whether every pair is a cluster of its own."""
        return len(self._tallies[0].clusters) == self.clusters

    def _interval(self, values: Floats, share: bool) -> Interval | None:
        of = clustered_share if share else ratio_interval
        return of(self._by_cluster(values), self._pairs)

    def _gap_interval(self, a: Floats, b: Floats, share: bool) -> Interval | None:
        """Where no cluster differs, for numbers nothing says how many might; for shares the exact
        bound of a count of zero does (Clopper and Pearson 1934). Too few clusters say nothing."""
        gaps = self._by_cluster(b - a)
        if not np.any(np.abs(gaps) > _TINY):
            most = 1.0 - (ALPHA / 2) ** (1.0 / self.clusters)
            return (-most, most) if share else None
        if self.clusters < fewest_differing(self._tests):
            return None
        if share and self._independent():
            bought = [int(np.sum((a == one) & (b == two))) for one, two in _FOUR]
            return paired_difference(*bought)
        found = clustered_difference(gaps, self._pairs)
        return found and (max(-1.0, found[0]), min(1.0, found[1])) if share else found

    def _p(self, gaps: Floats, by_cluster: Floats, share: bool) -> float:
        if share and self._independent():
            return mcnemar(int(np.sum(gaps < 0)), int(np.sum(gaps > 0)))
        return sign_flip(by_cluster)

    def _detectable(self, gaps: Floats, share: bool) -> float | None:
        if share and self._independent():
            differing = float(np.mean(np.abs(gaps) > _TINY))
            return detectable_share(self.clusters, self._tests, differing)
        error = standard_error(gaps, self._pairs) or 0.0
        found = detectable(error, self.clusters, self._tests)
        if not share:
            return found or None
        least = detectable_share(self.clusters, self._tests)
        return None if found is None or least is None else max(found, least)


def _both(of: Callable[[float], float], ends: Interval | None) -> Interval | None:
    return None if ends is None else (of(ends[0]), of(ends[1]))


def holm(values: Sequence[float]) -> list[float]:
    """p-values adjusted so that the chance of any false finding stays at the level they are held
    against (Holm 1979, Scandinavian Journal of Statistics 6:65)."""
    adjusted = [0.0] * len(values)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - rank) * values[i]))
        adjusted[i] = highest
    return adjusted


def fewest_differing(tests: int) -> int:
    """So many pairs must differ, all one way, before chance can be ruled out: half to that power,
    twice (both ways), is the smallest p an exact paired test can give."""
    return math.ceil(math.log2(2 * tests / ALPHA))


def detectable(error: float, clusters: int, tests: int) -> float | None:
    """The smallest true difference found with `POWER`, from the standard error of the difference
    (Bloom 1995, Evaluation Review 19:547), at the level that one of `tests` measures must meet
    when it alone differs. None when chance can never be ruled out."""
    if clusters < fewest_differing(tests):
        return None
    freedom = clusters - 1
    from scipy import stats  # takes a second, which a run need not wait for

    steps = stats.t.ppf(1 - ALPHA / (2 * tests), freedom) + stats.t.ppf(POWER, freedom)
    return float(steps * error)


def detectable_share(pairs: int, tests: int, discordant: float = 0.0) -> float | None:
    """The smallest true difference of shares that McNemar's exact test finds with `POWER` at the
    level of one of `tests` measures, where a share `discordant` of the pairs differ anyway, as
    many one way as the other. None when no difference is found so often.

    By the exact power, discordant pairs being drawn first (Miettinen 1968, Biometrics 24:339): the
    difference itself makes pairs differ that did not, so that their present number says too little.
    """
    if pairs < fewest_differing(tests):
        return None
    low, high = 0.0, 1.0 - discordant
    if _power(high, pairs, tests, discordant) < POWER:
        return None
    for _ in range(30):
        middle = (low + high) / 2
        found = _power(middle, pairs, tests, discordant) >= POWER
        low, high = (low, middle) if found else (middle, high)
    return high


def _power(gap: float, pairs: int, tests: int, discordant: float) -> float:
    """How often McNemar's exact test is significant at a true difference."""
    from scipy import stats  # takes a second, which a run need not wait for

    differing = np.arange(1, pairs + 1)
    most = stats.binom.ppf(ALPHA / tests / 2, differing, 0.5)
    most -= 2 * stats.binom.cdf(most, differing, 0.5) > ALPHA / tests
    share = (discordant / 2 + gap) / max(_TINY, discordant + gap)
    rejected = stats.binom.cdf(most, differing, share) + stats.binom.cdf(most, differing, 1 - share)
    chances = stats.binom.pmf(differing, pairs, min(1.0, discordant + gap))
    return float(np.sum(np.where(most >= 0, rejected, 0.0) * chances))


def needed(pairs: int, gap: float, found: float | None) -> int | None:
    """Pairs with which a true difference of `gap` would be found, where `found` can be now."""
    if found is None or abs(gap) < 1e-9:
        return None
    return math.ceil(pairs * max(1.0, (found / abs(gap)) ** 2))
