"""Intervals for the small samples of usability studies."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from eval.stats.bootstrap import LEVEL, SEED, Interval, percentile_interval, weights

DRAWS = 4_000


def adjusted_wald(successes: int, n: int) -> Interval | None:
    """The 95 % interval of a share, clipped to 0 and 1; None without trials.

    Agresti and Coull, Approximate is better than "exact" (The American Statistician 52, 1998);
    recommended for completion rates of small studies by Sauro and Lewis (HFES 2005).
    """
    if n == 0:
        return None
    from scipy import stats  # takes a second, which a run need not wait for

    z = float(stats.norm.ppf(0.5 + LEVEL / 2))
    adjusted = n + z * z
    centre = (successes + z * z / 2) / adjusted
    half = z * math.sqrt(centre * (1 - centre) / adjusted)
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Student's 95 % interval of a mean; None with fewer than two values."""
    if len(values) < 2:
        return None
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    from scipy import stats  # takes a second, which a run need not wait for

    half = float(stats.t.ppf(0.5 + LEVEL / 2, len(values) - 1)) * error
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


def ratio_interval(pairs: Sequence[tuple[float, float]]) -> Interval | None:
    """The 95 % interval of a ratio of sums, one (above, below) for each participant, by the
    bootstrap over participants; None with fewer than two of them."""
    if len(pairs) < 2:
        return None
    data = np.array(pairs, dtype=float)
    sums = np.concatenate([drawn @ data for drawn in weights(len(pairs), DRAWS, SEED)])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], np.nan)
    return percentile_interval(ratios)


def wilson(successes: int, total: int, z: float = 1.96) -> tuple[float, float] | None:
    """Wilson's score interval of a share (Wilson 1927, JASA 22:209); None for no trials."""
    if total == 0:
        return None
    share, spread = successes / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / total / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
