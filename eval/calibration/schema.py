"""What a calibration comes to, ready for JSON. Shares are between 0 and 1, as are differences."""

from __future__ import annotations

from typing import Literal

import msgspec

from eval.stats.intervals import Interval

FILE = "calibration.json"
Trust = Literal["size", "direction", "none", "unknown"]


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Settings common to all of it."""


class Gap(_Part, frozen=True, kw_only=True):
    """A difference, b minus a, with its interval. `sides`: the shares of a and b, where known."""

    value: float
    ci95: Interval
    sides: tuple[float, float] | None = None

    @property
    def clear(self) -> bool:
        """Whether it surely has a direction."""
        return not self.ci95[0] <= 0 <= self.ci95[1]

    @property
    def direction(self) -> int:
        return (self.value > 0) - (self.value < 0)


class JudgedForecast(_Part, frozen=True, kw_only=True):
    """One test: what people did, what customers did, and where people's result was to be expected
    after the forecast, its 95 % interval of prediction."""

    name: str
    people: Gap
    forecast: Gap
    predicted: Interval

    @property
    def covered(self) -> bool:
        return self.predicted[0] <= self.people.value <= self.predicted[1]

    @property
    def error(self) -> float:
        return abs(self.forecast.value - self.people.value)

    @property
    def agrees(self) -> bool:
        return self.people.direction == self.forecast.direction != 0


class Agreement(_Part, frozen=True, kw_only=True):
    """How many of so many agree, with Wilson's interval."""

    hits: int
    of: int
    ci95: Interval | None


class Calibration(_Part, frozen=True, kw_only=True):
    """Forecasts held against past tests.

    `direction`: of tests in which people surely went one way. `all_directions`: of all. `sure`: of
    tests in which the forecast was sure of its direction, too. `r` is Pearson's correlation of the
    differences, `mae` the mean and `median_error` the median absolute error; `mae_of_none` is that
    of a forecast that nothing changes. `coverage`: people's result within the interval of
    prediction. `scale`: what forecasts times this is nearest to people's differences. `margin`:
    people's result is that near to a new forecast in 9 of 10 cases, should it be like these tests;
    None for fewer than nine.
    """

    metric: str
    policy: str
    tests: tuple[JudgedForecast, ...]
    direction: Agreement
    all_directions: Agreement
    sure: Agreement
    r: float | None
    r_ci95: Interval | None
    mae: float
    median_error: float
    mae_of_none: float
    coverage: Agreement
    scale: float | None
    margin: float | None
    trust: Trust
    reasons: tuple[str, ...]
