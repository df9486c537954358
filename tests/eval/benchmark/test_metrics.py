"""Every metric by hand, against scikit-learn, and against the published trivial baselines."""

from __future__ import annotations

import math
import random
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.actions import Action, Input, TypeAndSubmit
from eval.benchmark import metrics
from eval.benchmark.counts import predicted_outcome, predicted_type, tally, true_outcome
from eval.benchmark.predictions import Prediction
from eval.stats.tally import Metric
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, RED, SEARCH, outcome_row, row

CHOICES: list[Action] = [MUG, CUP, RED, BUY, LEAVE, SEARCH, Input("header.search", "mug")]


def value(metric: Metric, rows: list[Prediction]) -> float:
    return float(metric(tally(rows).totals()))


def random_rows(seed: int, sessions: int = 40) -> list[Prediction]:
    rng = random.Random(seed)
    rows = []
    for number in range(sessions):
        length = rng.randint(1, 8)
        for step in range(1, length + 1):
            last = step == length
            truth = rng.choice([BUY, LEAVE]) if last else rng.choice(CHOICES)
            guess = truth if rng.random() < 0.4 else rng.choice([*CHOICES, None])
            rows.append(row(truth, guess, session_id=f"s{number}", step=step, last=last))
    return rows


def test_macro_and_micro_differ_when_sessions_differ_in_length() -> None:
    rows = [row(MUG, MUG, session_id="short")]
    rows += [row(MUG, MUG if n == 0 else CUP, session_id="long", step=n + 1) for n in range(4)]
    assert value(metrics.session_macro, rows) == pytest.approx((1 + 1 / 4) / 2)
    assert value(metrics.micro, rows) == pytest.approx(2 / 5)


def test_published_always_buy_on_opera() -> None:
    """OPeRA's test set: 50 purchases, 40 terminations; 55.56 accuracy, 39.68 weighted F1."""
    rows = [outcome_row(n, BUY if n < 50 else LEAVE, BUY) for n in range(90)]
    assert round(100 * value(metrics.outcome_accuracy, rows), 2) == 55.56
    assert round(100 * value(metrics.weighted_f1, rows), 2) == 39.68


def test_always_buy_at_the_papers_purchase_share() -> None:
    rows = [outcome_row(n, BUY if n < 139 else LEAVE, BUY) for n in range(1000)]
    assert round(100 * value(metrics.f1_buy, rows), 1) == 24.4


def test_outcome_by_hand() -> None:
    """Two of three purchases found, one false alarm, one click on nothing to buy."""
    rows = [
        outcome_row(1, BUY, BUY),
        outcome_row(2, BUY, BUY),
        outcome_row(3, BUY, LEAVE),
        outcome_row(4, LEAVE, BUY),
        outcome_row(5, LEAVE, LEAVE),
        outcome_row(6, LEAVE, MUG),
    ]
    assert value(metrics.f1_buy, rows) == pytest.approx(2 * 2 / (3 + 3))
    leaving = 2 * 1 / (3 + 2)
    assert value(metrics.weighted_f1, rows) == pytest.approx((2 / 3 + leaving) / 2)
    assert value(metrics.outcome_accuracy, rows) == pytest.approx(3 / 6)


@pytest.mark.parametrize("truth", [BUY, LEAVE])
def test_outcome_is_undefined_when_only_one_occurs(truth: Action) -> None:
    rows = [outcome_row(n, truth, BUY) for n in range(4)]
    assert math.isnan(value(metrics.f1_buy, rows))
    assert math.isnan(value(metrics.weighted_f1, rows))


def test_outcome_ignores_sessions_that_ended_otherwise() -> None:
    rows = [outcome_row(1, BUY, LEAVE), outcome_row(2, LEAVE, LEAVE), outcome_row(3, MUG, BUY)]
    assert value(metrics.f1_buy, rows) == 0.0


def test_illegal_share_is_undefined_where_legality_is_unknown() -> None:
    assert value(metrics.illegal_share, [row(MUG, None), row(MUG, MUG, step=2)]) == 0.5
    assert math.isnan(value(metrics.illegal_share, [row(MUG, MUG, legal=None)]))


def test_ceiling_needs_an_oracle_on_every_step() -> None:
    rows = [
        row(MUG, MUG, session_id="a", p_max=0.5),
        row(MUG, MUG, session_id="b", p_max=1.0),
        row(MUG, MUG, session_id="b", step=2, p_max=0.6),
    ]
    assert value(metrics.ceiling_micro, rows) == pytest.approx(0.7)
    assert value(metrics.ceiling_macro, rows) == pytest.approx((0.5 + 0.8) / 2)
    assert math.isnan(value(metrics.ceiling_micro, [*rows, row(MUG, MUG, step=3)]))


@pytest.mark.parametrize("seed", range(8))
def test_types_agree_with_scikit_learn(seed: int, sk: ModuleType) -> None:
    rows = random_rows(seed)
    truth = [type(r.truth).__struct_config__.tag for r in rows]
    guess = [predicted_type(r) for r in rows]
    assert value(metrics.type_accuracy, rows) == pytest.approx(sk.accuracy_score(truth, guess))
    assert value(metrics.type_macro_f1, rows) == pytest.approx(
        sk.f1_score(truth, guess, labels=sorted(set(truth)), average="macro")
    )


@pytest.mark.parametrize("seed", range(8))
def test_outcomes_agree_with_scikit_learn(seed: int, sk: ModuleType) -> None:
    rows = [r for r in random_rows(seed) if true_outcome(r)]
    truth = [true_outcome(r) for r in rows]
    guess = [predicted_outcome(r) for r in rows]
    weighted = sk.f1_score(truth, guess, labels=["buy", "leave"], average="weighted")
    assert value(metrics.weighted_f1, rows) == pytest.approx(weighted)
    binary = sk.f1_score([t == "buy" for t in truth], [g == "buy" for g in guess])
    assert value(metrics.f1_buy, rows) == pytest.approx(binary)


ALL = (
    metrics.session_macro,
    metrics.micro,
    metrics.f1_buy,
    metrics.weighted_f1,
    metrics.type_accuracy,
    metrics.type_macro_f1,
)


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_and_names_of_sessions_do_not_matter(seed: int, rng: random.Random) -> None:
    rows = random_rows(seed, sessions=6)
    mixed = rng.sample(rows, len(rows))
    renamed = [
        Prediction(
            **{name: getattr(r, name) for name in r.__struct_fields__}
            | {"session_id": f"x{r.session_id}", "user_id": "other"}
        )
        for r in mixed
    ]
    for metric in ALL:
        assert value(metric, renamed) == pytest.approx(value(metric, rows), nan_ok=True)


@given(st.integers(0, 10_000))
def test_everything_twice_changes_nothing(seed: int) -> None:
    rows = random_rows(seed, sessions=6)
    again = [
        Prediction(
            **{name: getattr(r, name) for name in r.__struct_fields__}
            | {"session_id": f"again {r.session_id}"}
        )
        for r in rows
    ]
    for metric in ALL:
        assert value(metric, rows + again) == pytest.approx(value(metric, rows), nan_ok=True)


def test_replicates_are_computed_like_the_estimate() -> None:
    counted = tally(random_rows(3))
    stacked = counted.named(np.stack([counted.counts.sum(axis=0)] * 3))
    for metric in ALL:
        assert metric(stacked) == pytest.approx(float(metric(counted.totals())))


def test_typing_another_text_is_still_the_right_type() -> None:
    rows = [row(SEARCH, TypeAndSubmit("header.search", "cup"))]
    assert value(metrics.type_accuracy, rows) == 1.0
    assert value(metrics.micro, rows) == 0.0
