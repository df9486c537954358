"""People and virtual customers on one site, side by side: the same measures, problems and visits.

Agreement is no realism, and no clear difference is no agreement: what would have been found of a
difference stands beside each measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from eval.behaviour import Behaviour
from eval.compare import customers_and_people
from eval.errors import EvalInputError
from eval.fidelity.schema import Fidelity
from eval.stats.intervals import Interval, detectable_difference, independent_difference, wilson
from eval.usability.before_after import FEWEST, changes, matched
from eval.usability.schema import Finding, Measure, StudyResult, Unit, read_result

FILE = "beside.json"
Verdict = Literal["higher", "lower", "unclear"]


class MeasureBeside(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of people and of customers. `ci95` is of customers minus people; `detectable`
    the smallest true difference that four of five such comparisons would find. `verdict` is of
    customers."""

    key: str
    label: str
    unit: Unit
    people: float
    people_ci95: Interval | None
    customers: float
    customers_ci95: Interval | None
    difference: float
    ci95: Interval | None
    detectable: float | None
    verdict: Verdict


class ProblemBeside(msgspec.Struct, frozen=True, kw_only=True):
    """One problem: how many met it of those who could have, on each side; None where nobody did.
    `ci95` is of the share of customers minus that of people, where both met it."""

    kind: str
    title: str
    page: str
    severity: str
    people: tuple[int, int] | None
    customers: tuple[int, int] | None
    ci95: Interval | None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `numbers` counts people and customers, `visits` what is measured of each.
    `stand_ins`: those called people are none. `recall` is the share of people's problems that
    customers met, too, `precision` the share of customers' problems that people met."""

    site: str
    folders: tuple[str, str]
    policy: str
    numbers: tuple[int, int]
    visits: tuple[int, int]
    stand_ins: bool
    synthetic: bool
    measures: tuple[MeasureBeside, ...]
    problems: tuple[ProblemBeside, ...]
    recall: tuple[int, int]
    precision: tuple[int, int]
    behaviour: Behaviour
    fidelity: Fidelity
    warnings: tuple[str, ...] = ()


def beside(people: Path, customers: Path) -> Beside:
    """Set the study of recordings in `people` beside the study of customers in `customers`.

    Raises:
        EvalInputError: one is no study, or they have no task in common.
    """
    a, b = read_result(people), read_result(customers)
    shared = {task.id for task in a.study.tasks} & {task.id for task in b.study.tasks}
    if not shared:
        raise EvalInputError(
            f"{people} and {customers} have no task in common: give the recordings the task of the "
            "customers' study, with its file before --recordings"
        )
    problems = tuple(_problems(a, b))
    by_people = [one for one in problems if one.people]
    by_customers = [one for one in problems if one.customers]
    both = sum(one.customers is not None for one in by_people)
    behaviour, visits = customers_and_people(customers, people)
    return Beside(
        site="the embedded shop" if b.study.embedded else b.study.site,
        folders=(str(people), str(customers)),
        policy=b.facts.policy,
        numbers=(len(a.participants), len(b.participants)),
        visits=(_counted(a), _counted(b)),
        stand_ins=a.facts.source == "synthetic",
        synthetic=b.facts.source == "synthetic",
        measures=tuple(_measures(_of(a, shared), _of(b, shared), enough=_enough(a, b))),
        problems=problems,
        recall=(both, len(by_people)),
        precision=(both, len(by_customers)),
        behaviour=behaviour,
        fidelity=visits,
        warnings=tuple(_warnings(a, b)),
    )


def _counted(result: StudyResult) -> int:
    return sum(row.counts for row in result.results)


def _enough(a: StudyResult, b: StudyResult) -> bool:
    return min(len(a.participants), len(b.participants)) >= FEWEST


def _of(result: StudyResult, shared: set[str]) -> Sequence[Measure]:
    """Measures of all tasks where all are shared, else of the first shared one, as of all."""
    if {task.id for task in result.study.tasks} == shared:
        return [one for one in result.measures if one.task is None]
    task = min(shared)
    return [msgspec.structs.replace(one, task=None) for one in result.measures if one.task == task]


def _measures(
    people: Sequence[Measure], customers: Sequence[Measure], *, enough: bool
) -> Iterator[MeasureBeside]:
    for one in changes(people, customers, enough=enough):
        if one.before is None or one.after is None:
            continue
        ends = one.ci95
        apart = enough and ends is not None and not ends[0] <= 0 <= ends[1]
        yield MeasureBeside(
            key=one.key,
            label=one.label,
            unit=one.unit,
            people=one.before,
            people_ci95=one.before_ci95,
            customers=one.after,
            customers_ci95=one.after_ci95,
            difference=one.after - one.before,
            ci95=ends,
            detectable=detectable_difference(one.before_ci95, one.after_ci95) if ends else None,
            verdict="unclear" if not apart else "higher" if one.after > one.before else "lower",
        )


def _problems(people: StudyResult, customers: StudyResult) -> Iterator[ProblemBeside]:
    for one, other in matched(people.findings, customers.findings):
        told = one or other
        assert told is not None
        yield ProblemBeside(
            kind=told.kind,
            title=told.title,
            page=told.page,
            severity=told.severity,
            people=_met(one),
            customers=_met(other),
            ci95=_gap(one, other),
        )


def _met(finding: Finding | None) -> tuple[int, int] | None:
    return None if finding is None else (finding.affected, finding.exposed)


def _gap(people: Finding | None, customers: Finding | None) -> Interval | None:
    if people is None or customers is None:
        return None
    shares = [
        (one.affected / one.exposed, wilson(one.affected, one.exposed))
        for one in (people, customers)
    ]
    return independent_difference(*shares[0], *shares[1])


def _host(result: StudyResult) -> str:
    return urlsplit(result.study.site).netloc or result.study.site


def _warnings(a: StudyResult, b: StudyResult) -> Iterator[str]:
    """What a reader must know before believing the numbers."""
    if a.facts.source == "synthetic":
        yield (
            "No visit among the recordings was a person's: synthetic shoppers stand for people "
            "here, and nothing follows for people."
        )
    if _host(a) != _host(b):
        yield f"The sites differ: people on {_host(a)}, customers on {_host(b)}."
    if min(len(a.participants), len(b.participants)) < FEWEST:
        yield f"With fewer than {FEWEST} on a side, no difference is called one."
    for name, result in (("people", a), ("customers", b)):
        yield from (f"Of {name}: {one}" for one in (*result.facts.notes, *result.warnings))
