"""What tools return: the least an assistant needs to go on, and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agent.sessions.outcome import error_text, failed, outcome_of
from agent.sessions.session import Session
from eval.report.study.text import headline, lede
from eval.usability.schema import StudyResult
from shopper import run_words
from shopper.api.runs import Run

MOST_VISITS = 50
"""Visits told one by one; the log and the report hold all."""


@dataclass(frozen=True)
class VisitTold:
    """One visit: how it ended, in how many steps, and the customer's last thought, or what went
    wrong."""

    customer: str
    came_for: str | None
    outcome: str
    steps: int
    last: str


@dataclass(frozen=True)
class RunTold:
    """A run: what came of it in a sentence, its first visits, and its folder and page."""

    summary: str
    stopped: str | None
    visits: list[VisitTold]
    folder: str
    report: str


@dataclass(frozen=True)
class TaskTold:
    """A task: how many of those whose visit counts did it."""

    task: str
    asked: str
    done: int
    of: int


@dataclass(frozen=True)
class FindingTold:
    """A problem that was found, how grave it is, and how many customers met it of those who could
    have."""

    severity: str
    what: str
    where: str
    met_by: int
    of: int
    detail: str
    suggestion: str


@dataclass(frozen=True)
class StudyTold:
    """A study: what was found in a sentence, tasks, findings, and its folder and page."""

    summary: str
    stopped: str | None
    tasks: list[TaskTold]
    findings: list[FindingTold]
    warnings: list[str]
    folder: str
    report: str


@dataclass(frozen=True)
class ReportTold:
    """A page that was made again, and in a sentence what it is about."""

    report: str
    kind: str
    summary: str


def run_told(run: Run) -> RunTold:
    """Writes the report."""
    visits = [_visit(session) for session in islice(run.sessions(), MOST_VISITS)]
    return RunTold(
        summary=run_words.told(run.card.totals),
        stopped=run.stopped,
        visits=visits,
        folder=str(run.folder.root.resolve()),
        report=str(run.report().resolve()),
    )


def study_told(result: StudyResult, stopped: str | None, folder: Path, page: Path) -> StudyTold:
    """What an assistant is told of a study kept in `folder`, whose report is `page`; `stopped` says
    why it ended before its end, if it did."""
    return StudyTold(
        summary=f"{headline(result)} {lede(result)}",
        stopped=stopped,
        tasks=[_task(result, task.id, task.text) for task in result.study.tasks],
        findings=[
            FindingTold(
                severity=one.severity,
                what=one.title,
                where=one.page,
                met_by=one.affected,
                of=one.exposed,
                detail=one.detail,
                suggestion=one.suggestion,
            )
            for one in result.findings
        ],
        warnings=list(result.warnings),
        folder=str(folder.resolve()),
        report=str(page.resolve()),
    )


def _visit(session: Session) -> VisitTold:
    last = session.steps[-1].reasoning if session.steps else ""
    return VisitTold(
        customer=session.session_id,
        came_for=session.intent,
        outcome=outcome_of(session).word,
        steps=len(session.steps),
        last=error_text(session) if failed(session) else " ".join((last or "").split()),
    )


def _task(result: StudyResult, task: str, asked: str) -> TaskTold:
    counted = [row for row in result.results if row.task == task and row.counts]
    return TaskTold(task, asked, sum(row.outcome == "done" for row in counted), len(counted))
