"""Intervals and tests, against scipy and against simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.spatial.distance import jensenshannon

from eval.benchmark import metrics
from eval.benchmark.counts import tally
from eval.stats.bootstrap import (
    Bootstrap,
    jensen_shannon,
    mcnemar,
    percentile_interval,
    sign_flip,
    weights,
)
from tests.eval.benchmark.sample import CUP, MUG, row


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(only_first: int, only_second: int) -> None:
    pairs = only_first + only_second
    expected = stats.binomtest(only_first, pairs).pvalue if pairs else 1.0
    assert mcnemar(only_first, only_second) == pytest.approx(expected)


def test_mcnemar_textbook() -> None:
    """1 against 8 discordant pairs: 2 * (1 + 9) / 512."""
    assert mcnemar(1, 8) == pytest.approx(20 / 512)


def test_sign_flip_enumerates_small_samples_like_scipy() -> None:
    gaps = np.array([0.3, -0.1, 0.4, 0.0, 0.2, 0.25])
    expected = stats.permutation_test(
        (gaps, np.zeros(6)), lambda a, b: np.mean(a - b), permutation_type="samples"
    )
    assert sign_flip(gaps) == pytest.approx(expected.pvalue)


@given(st.integers(1, 24), st.integers(0, 2**32))
def test_all_flips_are_counted_as_one_by_one(size: int, seed: int) -> None:
    gaps = np.random.default_rng(seed).integers(1, 5, min(size, 12)) / 8.0
    signs = np.array(list(product((-1.0, 1.0), repeat=len(gaps))))
    sums = np.abs(signs @ gaps)
    for total in np.unique(sums):
        flipped = signs[np.argmin(np.abs(sums - total))] * gaps
        assert sign_flip(flipped) == np.mean(sums >= total - 1e-9)


def test_sixteen_millions_of_flips_are_exact() -> None:
    """24 differences all one way: only they and their mirror image are as far from 0."""
    assert sign_flip(np.full(24, 0.5)) == 2 / 2**24


def test_sign_flip_draws_for_large_samples() -> None:
    rng = np.random.default_rng(1)
    gaps = rng.normal(0.3, 1.0, 80)
    expected = stats.permutation_test(
        (gaps, np.zeros(80)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        vectorized=True,
        permutation_type="samples",
        n_resamples=9999,
        rng=2,
    )
    assert sign_flip(gaps) == pytest.approx(expected.pvalue, abs=0.01)
    assert sign_flip(np.zeros(5)) == 1.0


COUNTS = arrays(float, 6, elements=st.floats(0, 50, allow_subnormal=False))
"""Of the least number there is, scipy's distance is infinite: half of it is rounded to 0."""


@given(COUNTS, COUNTS)
def test_jensen_shannon_is_scipys(one: np.ndarray, other: np.ndarray) -> None:
    if one.sum() < 1e-6 or other.sum() < 1e-6:
        return
    theirs = np.nan_to_num(jensenshannon(one, other, 2))  # rounding takes it below 0, the root
    assert jensen_shannon(one, other) == pytest.approx(theirs, abs=1e-6)
    assert jensen_shannon(one, other) == pytest.approx(float(jensen_shannon(other, one)), abs=1e-9)
    assert 0 <= jensen_shannon(one, other) <= 1


def test_jensen_shannon_of_next_to_nothing_is_nothing() -> None:
    assert jensen_shannon(np.array([5e-324, 1.0]), np.array([0.0, 1.0])) == 0.0


def test_jensen_shannon_of_nothing_is_undefined() -> None:
    assert np.isnan(jensen_shannon(np.zeros(3), np.ones(3)))


def test_weights_keep_the_number_of_clusters() -> None:
    drawn = np.concatenate(list(weights(7, draws=500)))
    assert drawn.shape == (500, 7)
    assert set(drawn.sum(axis=1)) == {7.0}


def test_a_bootstrap_resamples_clusters_not_steps() -> None:
    """Twenty sessions of ten equal steps: the interval is that of twenty coin flips."""
    rows = [
        row(MUG, MUG if s % 2 else CUP, session_id=f"s{s}", step=n + 1)
        for s in range(20)
        for n in range(10)
    ]
    low, high = Bootstrap(tally(rows)).interval(metrics.micro) or (0, 0)
    expected = stats.binom.ppf([0.025, 0.975], 20, 0.5) / 20
    assert (low, high) == pytest.approx(tuple(expected), abs=0.051)


def test_clusters_are_users_where_users_are_known() -> None:
    rows = [row(MUG, MUG, session_id=f"s{n}", user_id=f"u{n // 5}") for n in range(20)]
    assert tally(rows).clustered_by == "user"
    assert len(set(tally(rows).clusters)) == 4
    unknown = [row(MUG, MUG, session_id=f"s{n}", user_id=None) for n in range(3)]
    assert tally(unknown).clustered_by == "session"


def test_one_cluster_has_no_interval() -> None:
    rows = [row(MUG, MUG if n % 2 else CUP, step=n) for n in range(1, 9)]
    assert Bootstrap(tally(rows)).interval(metrics.micro) is None


def test_an_interval_mostly_undefined_is_none() -> None:
    assert percentile_interval(np.array([np.nan, np.nan, 0.5])) is None
    assert percentile_interval(np.array([np.nan, 0.4, 0.5])) == pytest.approx((0.4025, 0.4975))


def test_coverage_of_the_interval_by_simulation() -> None:
    """Of 95 % intervals for a share of 0.3 from 60 sessions, about 95 % hold it."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        right = rng.random(60) < 0.3
        rows = [row(MUG, MUG if r else CUP, session_id=f"s{n}") for n, r in enumerate(right)]
        low, high = Bootstrap(tally(rows), draws=400).interval(metrics.micro) or (0, 0)
        held += low <= 0.3 <= high
    assert 0.89 <= held / 200 <= 0.99
