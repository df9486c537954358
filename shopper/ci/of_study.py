"""The account of a study: a case for each task and each condition, and the findings as remarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.study.definition import Task
from eval import formatting
from eval.report.study import text as telling
from eval.usability.schema import Finding, StudyResult
from shopper.ci.account import (
    STUDY,
    Account,
    Case,
    Remark,
    Table,
    condition_cases,
    condition_tables,
)
from shopper.fail_if import Verdict


def study_account(
    result: StudyResult,
    verdicts: Sequence[Verdict] = (),
    *,
    report: Path,
    file: Path | None = None,
    broken: str | None = None,
    seconds: float = 0.0,
) -> Account:
    """`verdicts` are those of the conditions that the study was held to; `file` is the study's
    own. `broken` is why it is no result or not over, None where it is neither."""
    whole = (Case(name="visits", status="error", said=broken),) if broken else ()
    return Account(
        command=STUDY,
        title=result.study.title,
        headline=f"{telling.headline(result)} {telling.lede(result)}",
        cases=(
            *whole,
            *(_task_case(result, task) for task in result.study.tasks),
            *condition_cases(verdicts),
        ),
        remarks=tuple(map(_remark, result.findings)),
        tables=(*condition_tables(verdicts), _tasks(result), _findings(result)),
        notes=(*result.warnings, *result.facts.notes),
        report=str(report),
        file=file,
        started_at=result.facts.started_at,
        seconds=seconds,
    )


def _task_case(result: StudyResult, task: Task) -> Case:
    """What was measured of a task. It fails by a condition only, which has a case of its own; where
    nothing could be measured it is skipped."""
    counted = [row for row in result.results if row.task == task.id and row.counts]
    return Case(
        name=task.id,
        about="tasks",
        status="passed" if counted else "skipped",
        said=_success(result, task),
    )


def _success(result: StudyResult, task: Task) -> str:
    alone = len(result.study.tasks) == 1
    success = telling.measure(result.measures, "success", None if alone else task.id)
    if success is None or success.value is None:
        return "no visit could be counted"
    done = round(success.value * success.n)
    told = f"{done} of {success.n} did it"
    if success.ci95 is None:
        return told
    return f"{told} (95 % interval {telling.span(success.ci95, 'share')})"


def _remark(finding: Finding) -> Remark:
    where = f" on {finding.page}" if finding.page else ""
    return Remark(
        title=finding.title,
        text=f"{_people(finding)}{where}: {finding.detail}",
        grave=finding.severity == "high",
    )


def _tasks(result: StudyResult) -> Table:
    rows = tuple(
        (task.id, telling.task_text(task.text), _success(result, task))
        for task in result.study.tasks
    )
    return Table(heading="Tasks", columns=("task", "asked", "success"), rows=rows)


def _findings(result: StudyResult) -> Table:
    rows = tuple((one.severity, _people(one), one.title, one.page) for one in result.findings)
    return Table(heading="Findings", columns=("severity", "met by", "what", "where"), rows=rows)


def _people(finding: Finding) -> str:
    return f"{finding.affected} of {formatting.count(finding.exposed, 'customer')}"
