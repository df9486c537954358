"""Forecasts judged where the truth is known: good ones, and simulators that are bad on purpose."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from scipy import stats

from eval.calibration.calibrate import calibrate, gap_of, judged
from eval.calibration.past_tests import Outcome
from eval.calibration.schema import Calibration, JudgedForecast
from eval.report.calibration import headline, told

EFFECTS = [0.06, -0.05, 0.09, -0.08, 0.04, 0.0, -0.06, 0.07, 0.10, -0.09, 0.05, -0.04, 0.08, 0.0]
"""True differences of past tests, in shares of visits that buy; 14 % buy on side a."""
BASE, PEOPLE, CUSTOMERS = 0.14, 4000, 1500


def counts(rng: np.random.Generator, a: float, b: float, size: int) -> Outcome:
    return Outcome(a=(int(rng.binomial(size, a)), size), b=(int(rng.binomial(size, b)), size))


def simulated(effect_of, *, base: float = BASE, seed: int = 1) -> Calibration:
    """People's results of `EFFECTS`, forecast by customers whose true difference is `effect_of`."""
    rng = np.random.default_rng(seed)
    found: list[JudgedForecast] = []
    for n, effect in enumerate(EFFECTS):
        people = gap_of(counts(rng, BASE, BASE + effect, PEOPLE))
        other = float(np.clip(base + effect_of(effect, rng), 0, 1))
        found.append(judged(f"test {n}", people, gap_of(counts(rng, base, other, CUSTOMERS))))
    return calibrate(found, metric="bought", policy="simulated")


def test_customers_like_people_are_trusted() -> None:
    found = simulated(lambda effect, rng: effect)
    assert found.trust == "size" and found.reasons == ()
    assert found.direction.hits == found.direction.of == 12
    assert found.r is not None and found.r > 0.9
    assert found.mae < 0.02 < found.mae_of_none
    assert found.scale == pytest.approx(1, abs=0.2)
    assert "can be trusted" in headline(found)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (lambda effect, rng: -effect, "point the wrong way"),
        (lambda effect, rng: 0.0, "not surely better than a coin"),
        (lambda effect, rng: rng.choice([-0.08, 0.08]), "not surely better than a coin"),
        (lambda effect, rng: 0.08, "not surely better than a coin"),
    ],
    ids=["upside down", "blind to the change", "a coin", "always up"],
)
def test_a_simulator_that_is_bad_on_purpose_is_told_off(bad, why: str) -> None:
    found = simulated(bad, seed=3)
    assert found.trust == "none"
    assert any(why in reason for reason in found.reasons), found.reasons
    assert headline(found) == "Do not trust its forecasts."


def test_who_exaggerates_is_trusted_in_the_direction_only() -> None:
    found = simulated(lambda effect, rng: 5 * effect, base=0.5)
    assert found.trust == "direction" and found.direction.hits == 12
    assert found.scale == pytest.approx(0.2, abs=0.06)
    told_off = " ".join(found.reasons)
    assert "too narrow" in told_off and "sizes are no guide" in told_off


def test_forecasts_without_a_size_say_so() -> None:
    """The right direction, and always the same step: large differences are not told from small."""
    found = simulated(lambda effect, rng: 0.30 * np.sign(effect), base=0.4)
    assert found.trust == "direction"
    assert any("nothing changes would have been nearer" in reason for reason in found.reasons)


@pytest.mark.parametrize("tests", [1, 2, 5, 7])
def test_few_tests_say_nothing(tests: int) -> None:
    clear = judged("t", Gap_(0.1), Gap_(0.1))
    found = calibrate([clear] * tests, metric="bought", policy="p")
    assert found.trust == "unknown"
    assert f"in {tests} of {tests} tests" in found.reasons[0]
    assert all(part.text for part in told(found))


def Gap_(value: float):
    return gap_of(Outcome(change=value, ci95=(value - 0.01, value + 0.01)))


def test_the_interval_of_prediction_holds_95_percent_where_customers_are_people() -> None:
    """The chance of both samples is in it, so that coverage is no matter of how many were sent."""
    rng = np.random.default_rng(5)
    for customers in (60, 4000):
        covered = [
            judged(
                "t",
                gap_of(counts(rng, 0.14, 0.17, 900)),
                gap_of(counts(rng, 0.14, 0.17, customers)),
            ).covered
            for _ in range(600)
        ]
        assert 0.93 <= np.mean(covered) <= 0.985


def test_measures_are_those_of_the_textbook() -> None:
    people, forecasts = [0.05, -0.02, 0.08, 0.01, -0.06], [0.03, -0.05, 0.10, -0.02, -0.01]
    found = calibrate(
        [
            judged(str(n), Gap_(p), Gap_(f))
            for n, (p, f) in enumerate(zip(people, forecasts, strict=True))
        ],
        metric="bought",
        policy="p",
    )
    r = stats.pearsonr(forecasts, people)
    assert found.r == pytest.approx(r.statistic)
    assert found.r_ci95 == pytest.approx(tuple(r.confidence_interval()))
    assert found.mae == pytest.approx(np.mean([0.02, 0.03, 0.02, 0.03, 0.05]))
    assert found.median_error == pytest.approx(0.03)
    assert (found.all_directions.hits, found.all_directions.of) == (4, 5)
    assert (found.direction.hits, found.direction.of) == (4, 4), "one of people is unclear"
    assert found.margin is None, "of five tests nine in ten cannot be told"


def test_no_direction_is_not_the_right_one() -> None:
    assert not judged("t", Gap_(0.1), Gap_(0.0)).agrees


def test_a_result_survives_json() -> None:
    found = simulated(lambda effect, rng: effect)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Calibration) == found
