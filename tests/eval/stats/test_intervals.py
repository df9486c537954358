"""Intervals cover what they say, and the formulas agree with numbers worked out by hand."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench import coverage
from eval.stats.intervals import (
    clustered_difference,
    clustered_share,
    geometric_mean,
    independent_difference,
    mean_interval,
    paired_difference,
    ratio_interval,
    wilson,
)

COUNTS = st.integers(0, 30)


@pytest.mark.parametrize("n", [5, 8, 12, 30])
def test_wilson_covers_its_level_on_average(n: int) -> None:
    shares = [k / 200 for k in range(1, 200)]
    covered = 0.0
    for share in shares:
        for hits in range(n + 1):
            low, high = wilson(hits, n) or (0.0, 0.0)
            covered += stats.binom.pmf(hits, n, share) * (low <= share <= high)
    assert 0.945 < covered / len(shares) < 0.97


def test_wilson_is_scipys() -> None:
    for hits, n in [(0, 3), (3, 3), (9, 10), (81, 263)]:
        expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
        assert wilson(hits, n) == pytest.approx((expected.low, expected.high))
    assert wilson(0, 0) is None


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "clusters"), list(product(coverage.KINDS, [5, 12, 50])))
def test_intervals_hold_the_truth_about_as_often_as_they_say(kind: str, clusters: int) -> None:
    found = coverage.coverage(kind, clusters, draws=300)
    assert found.mean is not None
    assert found.mean > 0.91
    assert found.given > 0.75


def test_independent_trials_are_clusters_of_one() -> None:
    hits = np.array([1.0, 0, 0, 1, 0, 0, 0])
    assert clustered_share(hits, np.ones(7)) == wilson(2, 7)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=12))
def test_a_clustered_share_lies_in_its_interval_within_0_and_1(
    counted: list[tuple[int, int]],
) -> None:
    parts = np.array([min(pair) for pair in counted], dtype=float)
    wholes = np.array([max(pair) for pair in counted], dtype=float)
    found = clustered_share(parts, wholes)
    if np.count_nonzero(wholes) < 2:
        assert found is None
        return
    assert found is not None
    share = parts.sum() / wholes.sum()
    assert 0 <= found[0] <= share + 1e-12
    assert share - 1e-12 <= found[1] <= 1
    assert found[1] > found[0]  # no sample of people makes a share certain


def test_users_who_always_do_the_same_count_once_each() -> None:
    """Three users with twenty visits of one kind each say no more than three visits."""
    assert clustered_share(np.zeros(3), np.full(3, 20.0)) == wilson(0, 3)
    assert clustered_share(np.array([20.0]), np.array([20.0])) is None


def test_means() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    half = stats.t.ppf(0.975, 4) * math.sqrt(2.5 / 5)
    assert mean_interval(values) == pytest.approx((3 - half, 3 + half))
    assert mean_interval(values[:4]) is None, "too few to say anything"
    assert mean_interval([2.0] * 9) is None, "nothing was seen to vary"
    middle, ends = geometric_mean([10, 1000, 10, 1000, 100])
    assert middle == pytest.approx(100)
    assert ends is not None
    assert ends[0] * ends[1] == pytest.approx(100**2)
    assert geometric_mean([0.1, 7_000])[1] is None


def test_a_ratio_is_students_for_one_whole_a_cluster() -> None:
    steps = np.array([3.0, 9, 4, 12, 7, 7])
    assert ratio_interval(steps, np.ones(6)) == pytest.approx(mean_interval(list(steps)))
    assert ratio_interval(steps[:4], np.ones(4)) is None


def test_nothing_counted_has_the_bound_of_a_poisson_zero() -> None:
    low, high = ratio_interval(np.zeros(10), np.ones(10)) or (1.0, 1.0)
    assert low == 0.0
    assert stats.poisson.pmf(0, 10 * high) == pytest.approx(0.025)


def test_four_of_24_against_none_of_3_is_no_difference() -> None:
    low, high = independent_difference(4 / 24, wilson(4, 24), 0.0, wilson(0, 3)) or (0.0, 0.0)
    assert low < 0 < high


def test_newcombe_of_a_published_example() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II: 56/70 and 48/80."""
    found = independent_difference(48 / 80, wilson(48, 80), 56 / 70, wilson(56, 70))
    assert found == pytest.approx((0.0524, 0.3339), abs=1e-4)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_paired_difference_lies_in_its_interval_both_ways(
    both: int, one: int, other: int, neither: int
) -> None:
    found = paired_difference(both, one, other, neither)
    people = both + one + other + neither
    if not people:
        assert found is None
        return
    assert found is not None
    gap = (other - one) / people
    assert -1 <= found[0] <= gap + 1e-12
    assert gap - 1e-12 <= found[1] <= 1
    assert paired_difference(both, other, one, neither) == pytest.approx((-found[1], -found[0]))


def test_a_difference_of_clusters_is_students() -> None:
    gaps = np.array([1.0, -2, 0, 3, 1, 2])
    assert clustered_difference(gaps, np.ones(6)) == pytest.approx(mean_interval(list(gaps)))
    assert clustered_difference(np.zeros(6), np.ones(6)) is None
