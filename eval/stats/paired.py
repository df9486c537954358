"""Statistics of paired differences: is there one, how large, and what could have been found.

A pair is one customer on two sides, a cluster the pairs that depend on each other. Knows numbers,
not what they measure. What the results mean, with sources: docs/ab.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from eval.stats.bootstrap import Bootstrap, Interval, mcnemar, percentile_interval, sign_flip
from eval.stats.intervals import wilson
from eval.stats.tally import Floats, Metric, Tally, ratio

ALPHA, POWER = 0.05, 0.8
_TINY = 1e-12


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
    """Two tallies of the same customers in the same order, and their common bootstrap."""

    def __init__(self, a: Tally, b: Tally, tests: int) -> None:
        """`tests`: how many measures will be looked at."""
        self._tallies = a, b
        self._boots = Bootstrap(a), Bootstrap(b)
        self._tests = tests
        self.clustered_by = a.clustered_by
        self.clusters = int(a.clusters.max()) + 1

    def difference(self, column: str, *, share: bool) -> Difference:
        """The difference in the mean of `column`; `share` says that it holds only 0 and 1."""
        values = [tally.counts[:, tally.columns[column]] for tally in self._tallies]
        gaps = values[1] - values[0]
        by_cluster: Floats = np.zeros(self.clusters)
        np.add.at(by_cluster, self._tallies[0].clusters, gaps)
        drawn = [boot.replicates(_mean(column)) for boot in self._boots]
        differs: Floats = np.zeros(self.clusters)
        np.add.at(differs, self._tallies[0].clusters, np.abs(gaps))
        return Difference(
            a=float(values[0].mean()),
            a_ci95=self._interval(values[0], drawn[0], share),
            b=float(values[1].mean()),
            b_ci95=self._interval(values[1], drawn[1], share),
            gap=float(gaps.mean()),
            ci95=self._gap_interval(by_cluster, drawn[1] - drawn[0], share),
            p=self._p(gaps, by_cluster, share),
            detectable=self._detectable(drawn[1] - drawn[0], share),
            differing=int(np.count_nonzero(differs > _TINY)),
        )

    def _interval(self, values: Floats, drawn: Floats, share: bool) -> Interval | None:
        if share and self.clusters == len(values):
            return wilson(int(values.sum()), len(values))
        return percentile_interval(drawn)

    def _gap_interval(self, by_cluster: Floats, drawn: Floats, share: bool) -> Interval | None:
        """Where no cluster differs, resampling cannot show how many might: for shares the exact
        bound of a count of zero does (Clopper and Pearson 1934), for numbers nothing does. Nor
        does it show anything of a handful of clusters."""
        if np.any(np.abs(by_cluster) > _TINY):
            few = self.clusters < fewest_differing(self._tests)
            return None if few else percentile_interval(drawn)
        if not share:
            return None
        most = 1.0 - (ALPHA / 2) ** (1.0 / self.clusters)
        return -most, most

    def _p(self, gaps: Floats, by_cluster: Floats, share: bool) -> float:
        if share and self.clusters == len(gaps):
            return mcnemar(int(np.sum(gaps < 0)), int(np.sum(gaps > 0)))
        return sign_flip(by_cluster)

    def _detectable(self, drawn: Floats, share: bool) -> float | None:
        error = float(np.nanstd(drawn)) if self.clusters > 1 else 0.0
        found = detectable(error, self.clusters, self._tests)
        if not share:
            return found or None
        least = detectable_share(self.clusters, self._tests)
        return None if found is None or least is None else max(found, least)


def _mean(column: str) -> Metric:
    return lambda t: ratio(t[column], t["pairs"])


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
    # The bootstrap's standard deviation lacks the factor of an unbiased one.
    return float(steps * error * math.sqrt(clusters / freedom))


def detectable_share(clusters: int, tests: int) -> float | None:
    """The smallest difference of shares with which `fewest_differing` pairs differ with `POWER`,
    if all that differ do so one way: no sample shows less, however alike its pairs are."""
    fewest = fewest_differing(tests)
    if clusters < fewest:
        return None
    from scipy import stats  # takes a second, which a run need not wait for

    return float(stats.beta.ppf(POWER, fewest, clusters - fewest + 1))


def needed(pairs: int, gap: float, found: float | None) -> int | None:
    """Pairs with which a true difference of `gap` would be found, where `found` can be now."""
    if found is None or abs(gap) < 1e-9:
        return None
    return math.ceil(pairs * max(1.0, (found / abs(gap)) ** 2))
