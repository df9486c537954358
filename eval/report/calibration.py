"""A calibration in words: for the terminal and as a page."""

from __future__ import annotations

from pathlib import Path

from eval import formatting
from eval.calibration.past_tests import METRICS
from eval.calibration.schema import Agreement, Calibration, Gap, JudgedForecast
from eval.report.html import write_page
from eval.report.parts import UNKNOWN, Part, Row, number, points

PAGE = "calibration.html"
_HEADLINES = {
    "size": "Its forecasts can be trusted, within their intervals.",
    "direction": "Trust the direction of its forecasts, not their size.",
    "none": "Do not trust its forecasts.",
    "unknown": "Too few tests to say whether its forecasts can be trusted.",
}


def write_calibration(path: Path, found: Calibration) -> Path:
    """Write the page.

    Raises:
        OSError: it cannot be written; an older one is left as it was.
    """
    why = " ".join(found.reasons)  # stands at the top of the page
    return write_page(
        path,
        "calibration.html",
        styles=["bench.css", "parts.css"],
        found=found,
        metric=METRICS.get(found.metric, found.metric),
        headline=headline(found),
        parts=[part._replace(text="") if part.text == why else part for part in told(found)],
    )


def headline(found: Calibration) -> str:
    """The verdict."""
    return _HEADLINES[found.trust]


def told(found: Calibration) -> list[Part]:
    """Why, how well, and each test."""
    return [_summary(found), _tests(found)]


def _summary(found: Calibration) -> Part:
    rows = (
        Row("direction right, of tests with a clear result of people", _agreed(found.direction)),
        Row("… of those where the forecast was sure as well", _agreed(found.sure)),
        Row("… of all tests", _agreed(found.all_directions)),
        Row("correlation of the differences, r", (number(found.r), _ends(found.r_ci95), "")),
        Row("mean error, points", (points(found.mae), "", _none(found))),
        Row("median error, points", (points(found.median_error), "", "")),
        Row("people's result within the interval of prediction", _agreed(found.coverage)),
        Row("nearest when forecasts are multiplied by", (number(found.scale), "", "")),
        Row("9 of 10 people's results lie within, points", (points(found.margin), "", "")),
    )
    columns = ("", "95 %", "")
    return Part("How well", " ".join(found.reasons), columns, rows)


def _none(found: Calibration) -> str:
    return f"no change forecast: {points(found.mae_of_none)}"


def _ends(ends: tuple[float, float] | None) -> str:
    return f"{ends[0]:.2f} to {ends[1]:.2f}" if ends else ""


def _agreed(found: Agreement) -> tuple[str, str, str]:
    if not found.of or found.ci95 is None:
        return UNKNOWN, "", "none"
    low, high = (100 * end for end in found.ci95)
    return (
        formatting.percent(found.hits / found.of),
        f"{low:.0f} to {high:.0f} %",
        f"{found.hits} of {found.of}",
    )


def _tests(found: Calibration) -> Part:
    text = (
        "Differences, b minus a, in points. Predicted: where people's result was to be expected "
        "after the forecast, by chance in both samples."
    )
    columns = ("people", "customers", "predicted", "direction", "within")
    return Part("The tests", text, columns, tuple(map(_test, found.tests)))


def _test(test: JudgedForecast) -> Row:
    low, high = test.predicted
    return Row(
        test.name,
        (
            _gap(test.people),
            _gap(test.forecast),
            f"{100 * low:+.1f} to {100 * high:+.1f}",
            ("right" if test.agrees else "wrong") if test.people.clear else "unclear in people",
            "yes" if test.covered else "no",
        ),
        differs=not test.covered or (test.people.clear and not test.agrees),
    )


def _gap(gap: Gap) -> str:
    return points(gap.value, gap.ci95, sign=True)
