"""Intervals and tests for dependent steps: everything resamples or flips whole clusters.

A cluster is a user or a session (`eval.benchmark.counts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eval.stats.intervals import FEWEST, LEVEL, Interval, clustered_share, ratio_interval
from eval.stats.tally import Floats, Metric, Ratio, Share, Tally

DRAWS = 10_000
MANY, DRAWS_OF_MANY = 5_000, 2_000
"""With more than `MANY` clusters fewer draws do: time grows with their product."""
SEED = 20250320
_CELLS = 4_000_000
_KEPT_CELLS = 20_000_000
_EXACT_FLIPS = 24
_TINY = 1e-12


def weights(clusters: int, draws: int = DRAWS, seed: int = SEED) -> Iterator[Floats]:
    """How often each cluster is drawn, `[draws, clusters]` in slices: every bootstrap of equally
    many clusters draws the same, which is what makes comparisons paired."""
    rng = np.random.default_rng(seed)
    share = np.full(clusters, 1.0 / clusters)
    at_once = max(1, _CELLS // clusters)
    for start in range(0, draws, at_once):
        yield rng.multinomial(clusters, share, size=min(at_once, draws - start)).astype(float)


@lru_cache(maxsize=1)
def _kept_weights(clusters: int, draws: int, seed: int) -> tuple[Floats, ...]:
    """The weights of the last bootstrap: a policy and its baselines share them."""
    return tuple(weights(clusters, draws, seed))


def clusters_of(tally: Tally) -> int:
    return int(tally.clusters.max()) + 1 if len(tally.clusters) else 0


def draws_for(*tallies: Tally) -> int:
    """How many replicates: the same number for all that are compared."""
    return DRAWS if max(map(clusters_of, tallies)) <= MANY else DRAWS_OF_MANY


class Bootstrap:
    """The replicates of one tally, from which any metric's distribution follows.

    One cluster says nothing of how clusters differ: its replicates are NaN.
    """

    def __init__(self, tally: Tally, draws: int | None = None, seed: int = SEED) -> None:
        clusters = clusters_of(tally)
        draws = draws or draws_for(tally)
        summed = np.zeros((clusters, tally.counts.shape[1]))
        np.add.at(summed, tally.clusters, tally.counts)
        draw = _kept_weights if clusters * draws <= _KEPT_CELLS else weights
        if clusters > 1:
            sums = np.concatenate([drawn @ summed for drawn in draw(clusters, draws, seed)])
        else:
            sums = np.full((draws, tally.counts.shape[1]), np.nan)
        self.totals = tally.named(sums)
        self._by_cluster = tally.named(summed)
        self._clusters = clusters

    def replicates(self, metric: Metric) -> Floats:
        """The metric of every replicate; NaN where undefined."""
        return metric(self.totals)

    def interval(self, metric: Metric) -> Interval | None:
        """A share's or a mean's own interval; of any other metric the percentiles of its
        replicates."""
        if isinstance(metric, Ratio):
            parts, wholes = metric.part(self._by_cluster), metric.whole(self._by_cluster)
            of = clustered_share if isinstance(metric, Share) else ratio_interval
            return of(parts, wholes)
        return self.percentiles(self.replicates(metric))

    def percentiles(self, replicates: Floats) -> Interval | None:
        """`percentile_interval` of replicates of these clusters. They say nothing where they are
        all one, nor of fewer than `FEWEST` clusters."""
        found = percentile_interval(replicates)
        if found is None or self._clusters < FEWEST or found[1] - found[0] < _TINY:
            return None
        return found


def percentile_interval(replicates: Floats, level: float = LEVEL) -> Interval | None:
    """The middle `level` of the defined replicates; None when most are undefined."""
    defined = replicates[~np.isnan(replicates)]
    if len(defined) == 0 or 2 * len(defined) < len(replicates):
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def distance_interval(found: Floats, replicates: Floats) -> Interval | None:
    """The interval of a distance, from its replicates: percentiles of the squares, moved so that
    their mean is the square of what was found.

    Resampling makes two samples less alike than they are, by about as much as sampling did, so
    that plain percentiles lie above the distance itself (bias correction: Efron and Tibshirani
    1993, An Introduction to the Bootstrap, ch. 10).
    """
    squares = replicates**2
    if np.isnan(found) or np.all(np.isnan(squares)):
        return None
    moved = squares - np.nanmean(squares) + float(found) ** 2
    ends = percentile_interval(moved)
    return None if ends is None else (max(0.0, ends[0]) ** 0.5, max(0.0, ends[1]) ** 0.5)


def mcnemar(only_first: int, only_second: int) -> float:
    """McNemar's exact test (two-sided) on discordant pairs (McNemar 1947, Psychometrika 12:153)."""
    pairs = only_first + only_second
    if pairs == 0:
        return 1.0
    from scipy import stats  # takes a second, which a run need not wait for

    return float(min(1.0, 2 * stats.binom.cdf(min(only_first, only_second), pairs, 0.5)))


def sign_flip(differences: Floats, draws: int = DRAWS, seed: int = SEED) -> float:
    """Two-sided p of the mean paired difference being 0, by flipping the signs of whole clusters.

    All flips for up to 24 non-zero differences, else random ones with the +1 correction
    (Phipson and Smyth 2010, SAGMB 9:39).
    """
    moved = differences[np.abs(differences) > _TINY]
    if len(moved) == 0:
        return 1.0
    seen = abs(moved.sum()) - _TINY * len(moved)
    if len(moved) <= _EXACT_FLIPS:
        return _exact_flips(moved, seen)
    rng = np.random.default_rng(seed)
    hits, at_once = 0, max(1, _CELLS // len(moved))
    for start in range(0, draws, at_once):
        size = (min(at_once, draws - start), len(moved))
        signs = rng.integers(0, 2, size=size).astype(float) * 2 - 1
        hits += int(np.sum(np.abs(signs @ moved) >= seen))
    return (hits + 1) / (draws + 1)


def _exact_flips(moved: Floats, seen: float) -> float:
    """The share of all flips whose sum is at least `seen` away from 0: each flip is one of half the
    differences with one of the other half, so that thousands of sums stand for millions."""
    one, other = (_flipped_sums(half) for half in np.array_split(moved, 2))
    other.sort()
    above = len(other) - np.searchsorted(other, seen - one, side="left")
    below = np.searchsorted(other, -seen - one, side="right")
    both = np.where(seen <= 0, len(other), above + below)
    return float(both.sum() / 2 ** len(moved))


def _flipped_sums(moved: Floats) -> Floats:
    """The sum of `moved` under each of its flips."""
    sums: Floats = np.zeros(1)
    for one in moved:
        sums = np.concatenate([sums + one, sums - one])
    return sums


def jensen_shannon(one: Floats, other: Floats) -> Floats:
    """Jensen-Shannon distance (root of the divergence in bits, 0 to 1) over the last axis of two
    arrays of counts; NaN where one of them is empty (Lin 1991, IEEE Trans. Inf. Theory 37:145)."""
    p, q = _shares(one), _shares(other)
    middle = (p + q) / 2
    divergence = (_entropy_terms(p, middle) + _entropy_terms(q, middle)).sum(axis=-1) / 2
    return np.asarray(np.sqrt(np.clip(divergence, 0.0, 1.0)))


def _shares(counts: Floats) -> Floats:
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0))


def _entropy_terms(p: Floats, middle: Floats) -> Floats:
    out = np.where(np.isnan(p), np.nan, 0.0)
    some: NDArray[np.bool_] = (p > 0) & (middle > 0)  # half of the least number there is, is 0
    out[some] = p[some] * np.log2(p[some] / middle[some])
    return out
