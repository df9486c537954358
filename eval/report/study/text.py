"""A study's numbers in words: measures, intervals, the headline. Plain text; nothing is counted."""

from __future__ import annotations

from collections.abc import Sequence

from agent.study.definition import OWN_INTENT
from eval import formatting
from eval.usability.before_after import MeasureChange
from eval.usability.schema import Measure, StudyResult, Unit

OUTCOMES = {
    "done": "Task done",
    "gave-up": "Gave up",
    "out-of-patience": "Out of patience",
    "stuck": "Got stuck",
    "other-end": "Ended differently",
    "failed": "Failed",
}
"""In the order they are shown everywhere."""


def told(value: float | None, unit: Unit) -> str:
    """One value with its unit; an en dash where it is not defined."""
    if value is None:
        return "–"
    if unit == "share":
        return formatting.percent(value)
    if unit == "seconds":
        return formatting.duration(value)
    return f"{value:.2f}" if unit == "score" else f"{value:.1f}"


def task_text(text: str) -> str:
    """What a task asks, also where it leaves it to the customer."""
    return text.replace(OWN_INTENT, "(what each customer came for)")


def span(interval: tuple[float, float] | None, unit: Unit) -> str:
    """``12 to 58 %``; empty without an interval."""
    if interval is None:
        return ""
    low, high = interval
    if unit == "share":
        return f"{100 * low:.0f} to {100 * high:.0f} %"
    return f"{told(low, unit)} to {told(high, unit)}"


def measure(measures: Sequence[Measure], key: str, task: str | None = None) -> Measure | None:
    return next((m for m in measures if m.key == key and m.task == task), None)


def headline(result: StudyResult) -> str:
    """Success in one sentence."""
    counted = [row for row in result.results if row.counts]
    done = sum(row.outcome == "done" for row in counted)
    alone = len(result.study.tasks) == 1
    who = "customers" if alone else "visits"
    if not counted:
        return "No visit has been counted yet."
    if result.facts.recorded:
        order = result.study.tasks[0].success.order
        how = "ended with an order" if order else "ended with the task done"
        return f"{done} of {formatting.count(len(counted), 'recorded visit')} {how}."
    if done == 0:
        return "Nobody did what they were asked to."
    if done == len(counted):
        return "Everybody did what they were asked to."
    ended = "did what they were asked to" if alone else "ended with the task done"
    return f"{done} of {len(counted)} {who} {ended}."


def lede(result: StudyResult) -> str:
    """What was found, in one sentence."""
    findings = result.findings
    if not findings:
        return "Nothing in their behaviour points to a problem with the shop."
    grave = sum(one.severity == "high" for one in findings)
    much = (
        f", {'it is' if len(findings) == 1 else formatting.number(grave) + ' of them'} serious"
        if grave
        else ", none of them serious" if len(findings) > 1 else ", it is not serious"
    )  # fmt: skip
    return f"{formatting.count(len(findings), 'problem was', 'problems were')} found{much}."


def change_told(change: MeasureChange) -> str:
    """A difference with its interval: ``+20 points (-5 to +45)``; an en dash without one."""
    if change.difference is None:
        return "–"
    scale, unit = (100.0, " points") if change.unit == "share" else (1.0, "")
    unit = " s" if change.unit == "seconds" else unit
    digits = 0 if change.unit == "share" else 2 if change.unit == "score" else 1
    gap = f"{scale * change.difference:+.{digits}f}{unit}"
    if change.ci95 is None:
        return gap
    low, high = (f"{scale * end:+.{digits}f}" for end in change.ci95)
    return f"{gap} ({low} to {high})"
