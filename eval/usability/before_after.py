"""Two studies compared, such as before and after a change: measures, and findings resolved, new and
persisting.

Both are taken as independent samples, also where the same customers took part: that is cautious.
Observed measures only; a model's answers are not compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from eval.errors import EvalInputError
from eval.page_budgets import budgets_differ
from eval.stats.intervals import independent_difference
from eval.usability.schema import FILE, Finding, Interval, Measure, StudyResult, Unit, read_result

Verdict = Literal["better", "worse", "changed", "unclear"]
FEWEST = 5
"""Customers on each side below which no difference is called one: intervals of smaller samples
are too narrow (bootstrap) or too wide to say anything."""
OF_THE_HOUR = frozenset(("waiting",))
"""Measures of how busy the machine was as well, all at once for all customers of a study, so that
the visits of one are no sample of it: shown, and never called different."""
REWORDED = {
    "Visits in which the customer closed the window with the task undone.": (
        "Visits in which the customer closed the window without having done the task."
    ),
    "Seconds a visit in which the shop was still answering or changing.": (
        "Seconds per visit in which the shop was still answering or changing."
    ),
}
"""Earlier wordings of definitions that stay in users' files, and what says the same today: where a
definition says anything else, the measure was taken differently."""


class MeasureChange(msgspec.Struct, frozen=True, kw_only=True):
    """One measure on both sides. `difference` is after minus before, with its 95 % interval;
    None where a side has no value or no interval. `task` is None for all tasks together."""

    key: str
    label: str
    unit: Unit
    task: str | None
    before: float | None
    before_ci95: Interval | None
    after: float | None
    after_ci95: Interval | None
    difference: float | None
    ci95: Interval | None
    verdict: Verdict


class FindingChange(msgspec.Struct, frozen=True, kw_only=True):
    """One problem on both sides; None where it was not found."""

    kind: str
    title: str
    page: str
    element: str | None
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    severity: str


class BeforeAfter(msgspec.Struct, frozen=True, kw_only=True):
    """Two studies. `missed` is the largest share of customers that could still meet a problem
    which nobody after the change met, with 95 % confidence."""

    titles: tuple[str, str]
    folders: tuple[str, str]
    customers: tuple[int, int]
    synthetic: bool
    measures: tuple[MeasureChange, ...]
    resolved: tuple[FindingChange, ...]
    new: tuple[FindingChange, ...]
    persisting: tuple[FindingChange, ...]
    missed: tuple[float, float]
    warnings: tuple[str, ...] = ()


def is_study(path: Path) -> bool:
    return (path / FILE).is_file()


def compare_studies(before: Path, after: Path) -> BeforeAfter:
    """Raises:
    EvalInputError: a folder holds no study, or they have no task in common.
    """
    a, b = read_result(before), read_result(after)
    tasks = [{task.id for task in one.study.tasks} for one in (a, b)]
    shared = tasks[0] & tasks[1]
    if not shared:
        raise EvalInputError(f"{before} and {after} have no task in common: nothing to compare")
    if tasks[0] != tasks[1]:
        a, b = _of_tasks(a, shared), _of_tasks(b, shared)
    findings = tuple(_findings(a, b))
    people = (len(a.participants), len(b.participants))
    return BeforeAfter(
        titles=(a.study.title, b.study.title),
        folders=(str(before), str(after)),
        customers=people,
        synthetic="synthetic" in (a.facts.source, b.facts.source),
        measures=tuple(changes(a.measures, b.measures, enough=min(people) >= FEWEST)),
        resolved=tuple(one for one in findings if one.after is None),
        new=tuple(one for one in findings if one.before is None),
        persisting=tuple(one for one in findings if one.before and one.after),
        missed=(could_be_missed(people[0]), could_be_missed(people[1])),
        warnings=tuple(_warnings(a, b)),
    )


def could_be_missed(customers: int) -> float:
    """The largest share of customers a problem can concern that none of these met, with 95 %
    confidence: the exact form of the rule of three (Hanley and Lippman-Hand, JAMA 249, 1983)."""
    return float(1.0 - 0.05 ** (1 / customers)) if customers else 1.0


def difference_interval(before: Measure, after: Measure) -> Interval | None:
    """The 95 % interval of after minus before, recovered from their two intervals. None where an
    interval is missing or has no width: then chance was not seen at work."""
    if before.value is None or after.value is None or not before.ci95 or not after.ci95:
        return None
    if math.isclose(*before.ci95, abs_tol=1e-12) or math.isclose(*after.ci95, abs_tol=1e-12):
        return None  # as earlier versions wrote where nothing varied
    return independent_difference(before.value, before.ci95, after.value, after.ci95)


def _of_tasks(result: StudyResult, shared: set[str]) -> StudyResult:
    """What a study found about these tasks: measures of each, no longer of all together, and
    problems that customers met at one of them."""
    first, *others = result.study.tasks
    of_each = (m for m in result.measures if m.task in shared)
    alone = (msgspec.structs.replace(m, task=first.id) for m in result.measures)
    return msgspec.structs.replace(
        result,
        measures=tuple(of_each if others else alone),
        findings=tuple(f for f in result.findings if {e.task for e in f.evidence} & shared),
    )


def changes(
    first: Sequence[Measure], second: Sequence[Measure], *, enough: bool
) -> Iterator[MeasureChange]:
    """What was measured on both sides, in the same way; where there are not `enough` customers, or
    where it would be told of the machine, nothing is called different."""
    others = {(m.key, m.task): m for m in second}
    for before in first:
        after = others.get((before.key, before.task))
        if after is None or _meaning(after) != _meaning(before):
            continue
        interval = difference_interval(before, after)
        both = before.value is not None and after.value is not None
        yield MeasureChange(
            key=before.key,
            label=before.label,
            unit=before.unit,
            task=before.task,
            before=before.value,
            before_ci95=before.ci95,
            after=after.value,
            after_ci95=after.ci95,
            difference=(after.value or 0.0) - (before.value or 0.0) if both else None,
            ci95=interval,
            verdict=_verdict(
                before.better, interval if enough and before.key not in OF_THE_HOUR else None
            ),
        )


def _redefined(a: StudyResult, b: StudyResult) -> list[str]:
    """Labels of measures that one version of Shopper defines otherwise than another."""
    now = {one.key: _meaning(one) for one in b.measures}
    then = {one.key: one for one in a.measures}.values()
    return [one.label for one in then if now.get(one.key, _meaning(one)) != _meaning(one)]


def _of_the_hour(a: StudyResult, b: StudyResult) -> list[str]:
    """Labels of measures that would be called different, and are not."""
    found = (m for m in changes(a.measures, b.measures, enough=True) if m.key in OF_THE_HOUR)
    return [m.label for m in found if m.task is None and m.ci95 and not _holds_none(m.ci95)]


def _holds_none(interval: Interval) -> bool:
    return interval[0] <= 0 <= interval[1]


def _meaning(measure: Measure) -> str:
    return REWORDED.get(measure.definition, measure.definition)


def _verdict(better: str, interval: Interval | None) -> Verdict:
    if interval is None or _holds_none(interval):
        return "unclear"
    if better == "neither":
        return "changed"
    return "better" if (interval[0] > 0) == (better == "higher") else "worse"


def _findings(a: StudyResult, b: StudyResult) -> Iterator[FindingChange]:
    """Problems by what they are and where, in the order of the first study, then of the second."""
    for before, after in matched(a.findings, b.findings):
        told = after or before
        assert told is not None
        yield FindingChange(
            kind=told.kind,
            title=told.title,
            page=told.page,
            element=told.element,
            before=(before.affected, before.exposed) if before else None,
            after=(after.affected, after.exposed) if after else None,
            severity=told.severity,
        )


def matched(
    first: Sequence[Finding], second: Sequence[Finding]
) -> list[tuple[Finding | None, Finding | None]]:
    """Each finding with the one of the other study that is about the same: on the same kind of
    page, or else on one that may be, since each study knows only the addresses it has seen."""
    partner: dict[int, int] = {}
    for same_page in (str.__eq__, _may_be_same):
        for i, one in enumerate(first):
            free = (j for j in range(len(second)) if j not in partner.values())
            same = (j for j in free if _same(one, second[j]))
            alike = (j for j in same if same_page(one.page, second[j].page))
            if i not in partner and (found := next(alike, None)) is not None:
                partner[i] = found
    pairs: list[tuple[Finding | None, Finding | None]] = [
        (one, second[partner[i]] if i in partner else None) for i, one in enumerate(first)
    ]
    alone = (one for j, one in enumerate(second) if j not in partner.values())
    return [*pairs, *((None, one) for one in alone)]


def _same(one: Finding, other: Finding) -> bool:
    """Studies made by an earlier version do not say what a finding is about."""
    if one.about is None or other.about is None:
        return (one.kind, one.element) == (other.kind, other.element)
    return (one.kind, one.about) == (other.kind, other.about)


def _may_be_same(page: str, other: str) -> bool:
    """Whether two patterns differ only in words that one study took for things: ``/c/*``,
    ``/c/shoes``."""
    words = list(zip(page.split("/"), other.split("/"), strict=False))
    return page.count("/") == other.count("/") and all(a == b or "*" in (a, b) for a, b in words)


def _warnings(a: StudyResult, b: StudyResult) -> Iterator[str]:
    """What else differs, besides the shop."""
    if a.facts.policy != b.facts.policy:
        yield f"The policies differ: {a.facts.policy} and {b.facts.policy}."
    elif budgets := budgets_differ(a.facts.policy_settings, b.facts.policy_settings):
        yield budgets
    if [msgspec.structs.replace(t, pages=None) for t in a.study.tasks] != [
        msgspec.structs.replace(t, pages=None) for t in b.study.tasks
    ]:
        yield "The tasks differ; only those with the same id are compared."
    if redefined := _redefined(a, b):
        yield (
            f"Measured differently by the two versions, and not compared: {', '.join(redefined)}. "
            "`shopper study FOLDER` analyses the older study again."
        )
    if [one.persona for one in a.participants] != [one.persona for one in b.participants]:
        yield "Other customers took part."
    elif a.study.seed != b.study.seed:
        yield f"The seeds differ: {a.study.seed} and {b.study.seed}."
    for label in _of_the_hour(a, b):
        yield (
            f"{label}: not called different, since two studies meet the machine and the "
            "network at two hours. `shopper run A B` sends both sides at once."
        )
    if min(len(a.participants), len(b.participants)) < FEWEST:
        yield f"With fewer than {FEWEST} customers on a side, no difference is called one."
