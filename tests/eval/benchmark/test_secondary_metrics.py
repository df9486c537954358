"""Near misses, calibration, rank of the true action, click types: by hand and by scikit-learn."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from envs.actions import Click, TypeAndSubmit
from eval.benchmark.click_types import click_type_scores
from eval.benchmark.secondary_metrics import calibration, near_misses, true_action
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, SEARCH, outcome_row, row


def test_near_misses_count_only_where_both_typed() -> None:
    rows = [
        row(SEARCH, TypeAndSubmit("header.search", "mugs")),
        row(SEARCH, SEARCH, step=2),
        row(SEARCH, MUG, step=3),
        row(MUG, SEARCH, step=4),
    ]
    found = near_misses(rows)
    assert found.pairs == 2
    assert found.edit_distance == pytest.approx(0.5)
    assert found.edit_similarity == pytest.approx((1 - 1 / 4 + 1) / 2)
    assert near_misses([row(MUG, CUP)]).chrf is None


def test_calibration_against_scikit_learn(sk: ModuleType) -> None:
    rng = random.Random(4)
    p = [rng.random() for _ in range(200)]
    rows = [outcome_row(n, BUY if rng.random() < p[n] else LEAVE, None) for n in range(len(p))]
    rows = [
        type(r)(**{f: getattr(r, f) for f in r.__struct_fields__} | {"p_buy": q})
        for r, q in zip(rows, p, strict=True)
    ]
    found = calibration(rows)
    assert found is not None
    bought = [r.truth == BUY for r in rows]
    assert found.brier == pytest.approx(sk.brier_score_loss(bought, p))
    assert sum(n for _, _, n in found.bins) == 200
    assert found.expected_error == pytest.approx(
        sum(abs(m - s) * n for m, s, n in found.bins) / 200
    )
    assert calibration([outcome_row(1, BUY, BUY)]) is None


def test_rank_and_probability_of_the_true_action() -> None:
    rows = [
        row(MUG, MUG, truth_rank=1, truth_logprob=-0.5),
        row(MUG, CUP, step=2, truth_rank=8, truth_logprob=-1.5),
    ]
    found = true_action(rows)
    assert found is not None
    assert found.mean_logprob == pytest.approx(-1.0)
    assert found.mean_reciprocal_rank == pytest.approx((1 + 1 / 8) / 2)
    assert found.top5 == 0.5
    assert true_action([row(MUG, MUG)]) is None


def test_click_types_agree_with_scikit_learn(sk: ModuleType) -> None:
    """Types follow from names here, so the guess's type is that of its name."""
    types = {
        "results.mug": "product_link",
        "results.cup": "product_link",
        "filters.red": "filter",
        "buybox.buy_now": "purchase",
    }
    rng = random.Random(2)
    rows = [
        row(Click(truth), Click(guess), step=n, click_type=types[truth])
        for n in range(120)
        for truth, guess in [(rng.choice(list(types)), rng.choice(list(types)))]
    ]
    found = click_type_scores(rows)
    assert found is not None
    truth = [types[r.truth.name] for r in rows]  # type: ignore[union-attr]
    guess = [types[r.prediction.name] for r in rows]  # type: ignore[union-attr]
    assert found.macro_f1 == pytest.approx(sk.f1_score(truth, guess, average="macro"))
    assert found.weighted_f1 == pytest.approx(sk.f1_score(truth, guess, average="weighted"))
    assert click_type_scores([row(MUG, MUG)]) is None


def test_the_right_click_is_of_the_right_type_whatever_its_name_is_called_elsewhere() -> None:
    types = ("quantity", "quantity", "other")
    rows = [row(MUG, MUG, step=n, click_type=kind) for n, kind in enumerate(types, 1)]
    found = click_type_scores(rows)
    assert found is not None
    assert found.f1 == {"quantity": 1.0, "other": 1.0}
