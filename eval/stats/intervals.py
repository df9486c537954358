"""Every interval of a share, a mean or a duration, at 95 %, that holds for few and at the edges.

What has no formula (F scores, distances) has the bootstrap's (`eval.stats.bootstrap`). A cluster is
what varies independently: a visit, or a user with all their visits. How often each interval holds
the truth: `python -m bench.coverage`, and docs/benchmark.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from eval.stats.tally import Floats

LEVEL = 0.95
POWER = 0.8
"""How often a difference of the size that is called detectable is found."""
FEWEST = 5
"""Of fewer clusters nothing is said of a mean: Student's interval is then wider than any use."""

Interval = tuple[float, float]
_TINY = 1e-12


def wilson(successes: float, total: float) -> Interval | None:
    """Wilson's score interval of a share (Wilson 1927, JASA 22:209); None for no trials."""
    if total <= 0:
        return None
    z = _normal()
    share, spread = successes / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / total / 4) / (1 + spread)
    low = 0.0 if successes <= 0 else middle - half
    high = 1.0 if successes >= total else middle + half
    return max(0.0, low), min(1.0, high)


def clustered_share(parts: Floats, wholes: Floats) -> Interval | None:
    """The interval of a share, `parts.sum() / wholes.sum()`, of trials that come in clusters.

    `parts` and `wholes` have one number a cluster, 0 <= part <= whole. Wilson's interval on the
    effective number of trials: how many independent ones would vary as much as the clusters do,
    fewer for fewer clusters (Korn and Graubard 1998, Survey Methodology 24:193; Dean and Pagano
    2015, Journal of Survey Statistics and Methodology 3:484). Where the clusters do not vary at
    all, each counts as one trial. None with fewer than two clusters.
    """
    parts, wholes = _counted(parts, wholes)
    clusters, trials = len(wholes), float(wholes.sum())
    if clusters < 2:
        return None
    share = float(parts.sum()) / trials
    if trials == clusters and np.all((parts == 0) | (parts == 1)):
        return wilson(share * clusters, clusters)
    variance = _variance(parts, wholes)
    if variance < _TINY or not 0 < share < 1:
        return wilson(share * clusters, clusters)
    effective = share * (1 - share) / variance * (_normal() / _student(clusters - 1)) ** 2
    if clusters < FEWEST:
        effective = min(effective, float(clusters))
    return wilson(share * effective, effective)


def ratio_interval(parts: Floats, wholes: Floats) -> Interval | None:
    """Student's interval of a ratio of sums over clusters that is no share: steps a visit, errors
    a visit. Neither side is negative, nor is the interval.

    By the variance of the linearised ratio (Cochran 1977, Sampling Techniques, ch. 6). Where
    nothing was counted at all, the exact bound of a Poisson count of zero. None with fewer than
    `FEWEST` clusters, and where they do not vary.
    """
    parts, wholes = _counted(parts, wholes)
    if len(wholes) < FEWEST:
        return None
    total = float(wholes.sum())
    if not parts.any():
        return 0.0, -math.log((1 - LEVEL) / 2) / total
    variance = _variance(parts, wholes)
    if variance < _TINY:
        return None
    ratio, half = float(parts.sum()) / total, _student(len(wholes) - 1) * math.sqrt(variance)
    return max(0.0, ratio - half), ratio + half


def clustered_difference(gaps: Floats, wholes: Floats) -> Interval | None:
    """Student's interval of a mean paired difference: `gaps` summed and `wholes` counted over the
    pairs of each cluster. None as for `ratio_interval`, and where nothing differs."""
    gaps, wholes = _counted(gaps, wholes)
    if len(wholes) < FEWEST:
        return None
    error = standard_error(gaps, wholes)
    if error is None or error < _TINY:
        return None
    mean, half = float(gaps.sum() / wholes.sum()), _student(len(wholes) - 1) * error
    return mean - half, mean + half


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Student's interval of a mean; None with fewer than `FEWEST` values, or where all are one."""
    if len(values) < FEWEST:
        return None
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
    if error < _TINY:
        return None
    half = _student(len(values) - 1) * error
    return mean - half, mean + half


def geometric_mean(values: Sequence[float]) -> tuple[float, Interval | None]:
    """The geometric mean of positive values with Student's interval on their logarithms.

    The best estimate of the middle of small samples of task times: Sauro and Lewis, Average task
    times in usability tests: what to report? (CHI 2010).
    """
    logs = [math.log(value) for value in values]
    interval = mean_interval(logs)
    middle = math.exp(float(np.mean(logs)))
    return middle, interval and (math.exp(interval[0]), math.exp(interval[1]))


def independent_difference(
    one: float, one_ci: Interval | None, other: float, other_ci: Interval | None
) -> Interval | None:
    """The interval of `other - one` of two independent samples, from the interval of each.

    Newcombe's for shares with Wilson's intervals (1998, Statistics in Medicine 17:873, method 10);
    for any others the same squares added (Zou and Donner 2008, Statistics in Medicine 27:1693).
    None where either is unknown.
    """
    if one_ci is None or other_ci is None:
        return None
    gap = other - one
    below = math.hypot(other - other_ci[0], one_ci[1] - one)
    above = math.hypot(other_ci[1] - other, one - one_ci[0])
    return gap - below, gap + above


def detectable_difference(one_ci: Interval | None, other_ci: Interval | None) -> float | None:
    """The smallest true difference of two independent samples that four of five such comparisons
    would find, from the interval of each: the standard error of the difference times the sum of the
    normal quantiles of level and power (Bloom 1995, Evaluation Review 19:547). None where either
    is unknown."""
    if one_ci is None or other_ci is None:
        return None
    from scipy import special

    halves = math.hypot(one_ci[1] - one_ci[0], other_ci[1] - other_ci[0]) / 2
    return float(halves * (1 + special.ndtri(POWER) / _normal()))


def paired_difference(both: int, only_one: int, only_other: int, neither: int) -> Interval | None:
    """The interval of a difference of shares, other minus one, of the same independent people.

    Newcombe's for paired samples (1998, Statistics in Medicine 17:2635, method 10); None for
    nobody.
    """
    people = both + only_one + only_other + neither
    one_ci, other_ci = wilson(both + only_one, people), wilson(both + only_other, people)
    if one_ci is None or other_ci is None:
        return None
    one, other = (both + only_one) / people, (both + only_other) / people
    phi = _phi(both, only_one, only_other, neither)
    below, above = one - one_ci[0], one_ci[1] - one
    under, over = other - other_ci[0], other_ci[1] - other
    low = math.sqrt(max(0.0, under**2 - 2 * phi * under * above + above**2))
    high = math.sqrt(max(0.0, over**2 - 2 * phi * over * below + below**2))
    return max(-1.0, other - one - low), min(1.0, other - one + high)


def _phi(both: int, only_one: int, only_other: int, neither: int) -> float:
    """How much two answers of one person go together, with Newcombe's correction for continuity."""
    sides = (both + only_one) * (only_other + neither) * (both + only_other) * (only_one + neither)
    if sides == 0:
        return 0.0
    product = float(both * neither - only_one * only_other)
    if product > 0:
        product = max(0.0, product - (both + only_one + only_other + neither) / 2)
    return product / math.sqrt(sides)


def _counted(parts: Floats, wholes: Floats) -> tuple[Floats, Floats]:
    """The clusters that have trials."""
    some = wholes > 0
    return np.asarray(parts[some], dtype=float), np.asarray(wholes[some], dtype=float)


def standard_error(parts: Floats, wholes: Floats) -> float | None:
    """Of a ratio of sums over clusters; None with fewer than two of them."""
    parts, wholes = _counted(parts, wholes)
    return math.sqrt(_variance(parts, wholes)) if len(wholes) > 1 else None


def _variance(parts: Floats, wholes: Floats) -> float:
    """Of the ratio of their sums over clusters, linearised (Cochran 1977, ch. 6)."""
    clusters, total = len(wholes), float(wholes.sum())
    rest = parts - parts.sum() / total * wholes
    return float(clusters / (clusters - 1) * (rest @ rest)) / total**2


def _normal() -> float:
    from scipy import special  # takes a moment, which a run need not wait for

    return float(special.ndtri(0.5 + LEVEL / 2))


def _student(freedom: int) -> float:
    from scipy import special

    return float(special.stdtrit(freedom, 0.5 + LEVEL / 2))
