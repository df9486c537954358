"""Intervals cover what they say, and the formulas agree with numbers worked out by hand."""

import math

import pytest
from scipy import stats

from eval.stats.intervals import adjusted_wald, geometric_mean, mean_interval, ratio_interval


@pytest.mark.parametrize("n", [5, 8, 12, 30])
def test_adjusted_wald_covers_its_level_on_average(n: int) -> None:
    shares = [k / 200 for k in range(1, 200)]
    covered = 0.0
    for share in shares:
        for hits in range(n + 1):
            low, high = adjusted_wald(hits, n) or (0.0, 0.0)
            covered += stats.binom.pmf(hits, n, share) * (low <= share <= high)
    assert 0.945 < covered / len(shares) < 0.985


def test_adjusted_wald_by_hand() -> None:
    low, high = adjusted_wald(9, 10) or (0.0, 0.0)
    centre = (9 + 1.96**2 / 2) / (10 + 1.96**2)
    half = 1.96 * math.sqrt(centre * (1 - centre) / (10 + 1.96**2))
    assert low == pytest.approx(centre - half, abs=1e-4)
    assert high == 1.0
    assert adjusted_wald(0, 0) is None


def test_means() -> None:
    assert geometric_mean([10, 1000]) == (pytest.approx(100), pytest.approx(_around(100, 10)))
    assert mean_interval([4.0]) is None
    assert mean_interval([1.0, 3.0]) == pytest.approx((2 - 12.7062, 2 + 12.7062), abs=1e-3)


def _around(middle: float, factor: float) -> tuple[float, float]:
    """Student's interval of two logs that lie `factor` above and below."""
    half = math.log(factor) * stats.t.ppf(0.975, 1)
    return middle / math.exp(half), middle * math.exp(half)


def test_a_ratio_resamples_participants() -> None:
    assert ratio_interval([(1, 2), (1, 2)]) == (0.5, 0.5)
    low, high = ratio_interval([(0, 5), (5, 5), (0, 5), (5, 5)]) or (0, 0)
    assert low == 0.0
    assert high == 1.0
    assert ratio_interval([(1, 2)]) is None
