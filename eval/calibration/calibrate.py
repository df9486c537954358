"""Forecasts of virtual customers held against what people did in past A/B tests.

Published figures to read beside these, on other shops, tests and definitions: SimGym 69 % (arXiv
2602.01443) and 77 % (arXiv 2605.19219) of directions, r 0.64 and 0.55; SimAB 67 %, 83 % where it
was sure (arXiv 2603.01024); Replica a median absolute error of 2.1 points and a coverage of 94.7 %
(by its maker's page, which refuses above 4 points or below 88 %: those are the thresholds here).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from eval.calibration.past_tests import Outcome
from eval.calibration.schema import Agreement, Calibration, Gap, JudgedForecast, Trust
from eval.stats.intervals import Interval, independent_difference, wilson
from eval.stats.tally import Floats

FEWEST_CLEAR = 8
"""Tests with a clear result of people below which nothing is said: of so many one may disagree and
the direction still be right surely more often than by a coin (Wilson's interval from 53 %)."""
MOST_ERROR, LEAST_COVERAGE = 0.04, 0.88
ALMOST_ALL = 0.9


def gap_of(outcome: Outcome) -> Gap:
    """People's difference, or a simulator's, with Newcombe's interval where counts are known.

    Raises:
        ValueError: neither counts nor a change are known (`eval.calibration.past_tests` checks it).
    """
    if outcome.change is not None and outcome.ci95 is not None:
        return Gap(value=outcome.change, ci95=outcome.ci95)
    if outcome.a is None or outcome.b is None:
        raise ValueError("an outcome needs the counts of both sides, or a change with its interval")
    one, other = (hits / visits for hits, visits in (outcome.a, outcome.b))
    ends = independent_difference(one, wilson(*outcome.a), other, wilson(*outcome.b))
    assert ends is not None  # both sides have visits
    return Gap(value=other - one, ci95=ends, sides=(one, other))


def judged(name: str, people: Gap, forecast: Gap) -> JudgedForecast:
    """With the interval of prediction: where people's result would lie if their true difference
    were the customers', by the chance in both samples."""
    low = math.hypot(forecast.value - forecast.ci95[0], people.ci95[1] - people.value)
    high = math.hypot(forecast.ci95[1] - forecast.value, people.value - people.ci95[0])
    predicted = (forecast.value - low, forecast.value + high)
    return JudgedForecast(name=name, people=people, forecast=forecast, predicted=predicted)


def calibrate(tests: Sequence[JudgedForecast], *, metric: str, policy: str) -> Calibration:
    """All measures over the tests, and the verdict."""
    people = np.array([test.people.value for test in tests])
    forecasts = np.array([test.forecast.value for test in tests])
    clear = [test for test in tests if test.people.clear]
    direction = _agreement(test.agrees for test in clear)
    coverage = _agreement(test.covered for test in tests)
    r, r_ci95 = _correlation(forecasts, people)
    errors = np.abs(forecasts - people)
    mae_of_none = float(np.abs(people).mean())
    trust, reasons = _verdict(direction, coverage, errors, mae_of_none, r_ci95)
    square = float(forecasts @ forecasts)
    return Calibration(
        metric=metric,
        policy=policy,
        tests=tuple(tests),
        direction=direction,
        all_directions=_agreement(test.agrees for test in tests),
        sure=_agreement(test.agrees for test in tests if test.people.clear and test.forecast.clear),
        r=r,
        r_ci95=r_ci95,
        mae=float(errors.mean()),
        median_error=float(np.median(errors)),
        mae_of_none=mae_of_none,
        coverage=coverage,
        scale=float(forecasts @ people) / square if square > 0 else None,
        margin=_margin(errors),
        trust=trust,
        reasons=reasons,
    )


def _agreement(agree: Iterable[bool]) -> Agreement:
    found = list(agree)
    return Agreement(hits=sum(found), of=len(found), ci95=wilson(sum(found), len(found)))


def _correlation(forecasts: Floats, people: Floats) -> tuple[float | None, Interval | None]:
    """Pearson's r with Fisher's interval (1921, Metron 1:3); None where one side never varies."""
    if len(people) < 3 or np.ptp(forecasts) == 0 or np.ptp(people) == 0:
        return None, None
    r = float(np.corrcoef(forecasts, people)[0, 1])
    if len(people) < 4 or abs(r) > 1 - 1e-12:
        return r, None
    half = 1.959964 / math.sqrt(len(people) - 3)
    return r, (math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def _margin(errors: Floats) -> float | None:
    """The error that `ALMOST_ALL` of new tests stay within, if they are like these (split conformal
    prediction: Lei et al. 2018, JASA 113:1094)."""
    rank = math.ceil((len(errors) + 1) * ALMOST_ALL)
    return float(np.sort(errors)[rank - 1]) if rank <= len(errors) else None


def _verdict(
    direction: Agreement,
    coverage: Agreement,
    errors: Floats,
    mae_of_none: float,
    r_ci95: Interval | None,
) -> tuple[Trust, tuple[str, ...]]:
    """What forecasts may be used for, and why no more than that."""
    if direction.of < FEWEST_CLEAR:
        return "unknown", (
            f"People clearly went one way in {direction.of} of {len(errors)} tests: at least "
            f"{FEWEST_CLEAR} such tests are needed to say anything.",
        )
    wrong = list(_wrong_direction(direction))
    if wrong:
        return "none", tuple(wrong)
    limits = list(_wrong_size(coverage, errors, mae_of_none, r_ci95))
    return ("direction", tuple(limits)) if limits else ("size", ())


def _wrong_direction(direction: Agreement) -> Iterable[str]:
    low = direction.ci95[0] if direction.ci95 else 0.0
    told = f"The direction is right in {direction.hits} of {direction.of} clear tests"
    if direction.ci95 and direction.ci95[1] < 0.5:
        yield f"{told}: worse than a coin, the forecasts point the wrong way."
    elif low <= 0.5:
        yield f"{told}: not surely better than a coin (95 % from {low:.0%})."


def _wrong_size(
    coverage: Agreement, errors: Floats, mae_of_none: float, r_ci95: Interval | None
) -> Iterable[str]:
    share, median = coverage.hits / coverage.of, float(np.median(errors))
    if share < LEAST_COVERAGE:
        yield (
            f"People's result lay within the interval of prediction in {coverage.hits} of "
            f"{coverage.of} tests ({share:.0%}); under {LEAST_COVERAGE:.0%} the intervals are too "
            "narrow to be used."
        )
    if median > MOST_ERROR:
        yield (
            f"The median error is {100 * median:.1f} points, above {100 * MOST_ERROR:.0f}: sizes "
            "are no guide."
        )
    if errors.mean() >= mae_of_none:
        yield (
            f"A forecast that nothing changes would have been nearer (mean error "
            f"{100 * mae_of_none:.1f} points, not {100 * errors.mean():.1f})."
        )
    if r_ci95 is None or r_ci95[0] <= 0:
        yield "Larger forecasts do not surely go with larger differences (r may be 0)."
