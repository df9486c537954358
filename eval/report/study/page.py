"""Writes ``study.html``: the result of a study as a page to show around.

Brings the parts together. Everything shown is in ``study.json`` and the session logs; how it looks
is the template's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from agent.runs.folder import finished_sessions
from agent.sessions.describe import humanise
from agent.sessions.outcome import SessionOutcome
from agent.study.folder import StudyFolder
from eval.report.answers import questions
from eval.report.findings import finding_view
from eval.report.html import write_page
from eval.report.pictures import BUDGET, Album
from eval.report.study import text as telling
from eval.report.study.maps import PageMap, page_map
from eval.report.study.paths import path_graph
from eval.report.study.pictures import Pictures
from eval.usability.schema import Segment, StudyResult, TaskResult, read_result
from eval.visits import Visit, visit_of

NAME = "study.html"
MOST_MAPS = 8
"""Pages mapped, those seen by most customers first."""
TOP = 3
"""Findings on the first page."""
_LOOKS_LIKE = {
    "done": SessionOutcome.PURCHASE,
    "gave-up": SessionOutcome.TERMINATE,
    "out-of-patience": SessionOutcome.LIMIT,
    "stuck": SessionOutcome.STUCK,
    "other-end": SessionOutcome.UNFINISHED,
    "failed": SessionOutcome.ERROR,
}
"""Which outcome of a run each outcome of a task looks like: its mark and its colour."""


def write_study_report(folder: Path, picture_budget: int = BUDGET) -> Path:
    """Write the page of the study in `folder` and return its path. At most `picture_budget` bytes
    of pictures are in it: a quarter for findings, a quarter for maps, half for the stories.

    Raises:
        EvalInputError: the folder has no result, or one that cannot be read.
        OSError: the page cannot be written; an older one is left as it was.
    """
    result = read_result(folder)
    visits = _visits(folder, result)
    numbers = {visit.session_id: visit.number for visit in visits}
    evidence = Pictures(folder, picture_budget // 4)
    ground = Pictures(folder, picture_budget // 4)
    findings = [finding_view(one, evidence, numbers) for one in result.findings]
    graph, pages_left_out = path_graph(result.moves)
    return write_page(
        folder / NAME,
        "study.html",
        styles=["run.css", "study.css"],
        scripts=["run.js", "replay.js"],
        result=result,
        study=result.study,
        visits=visits,
        stories=_stories(visits, result),
        album=Album(folder, visits, picture_budget // 2),
        findings=findings,
        top=findings[:TOP],
        maps=_maps(result, ground),
        pictures_left_out=evidence.left_out + ground.left_out,
        graph=graph,
        pages_left_out=pages_left_out,
        segments=_side_by_side(result.segments),
        asked=questions(result.answers.answers, visits),
        **_words(result),
    )


def _words(result: StudyResult) -> dict[str, Any]:
    """Everything the template says that is put in words outside of it."""
    outcomes = [(key, sum(row.outcome == key for row in result.results)) for key in _LOOKS_LIKE]
    return {
        "site": "the embedded shop" if result.study.embedded else result.study.site,
        "headline": telling.headline(result),
        "lede": telling.lede(result),
        "success": [_success(result, task.id) for task in result.study.tasks],
        "overall": [m for m in result.measures if m.task is None],
        "told": telling.told,
        "span": telling.span,
        "measure_of": telling.measure,
        "outcome_words": {_LOOKS_LIKE[key].word: text for key, text in telling.OUTCOMES.items()},
        "outcomes": {_LOOKS_LIKE[key].word: number for key, number in outcomes},
        "counted": sum(row.counts for row in result.results),
    }


def _success(result: StudyResult, task: str) -> dict[str, Any]:
    """A task's success measure and its number of visits that did it."""
    alone = len(result.study.tasks) == 1
    rows = [row for row in result.results if row.task == task and row.counts]
    return {
        "task": next(one for one in result.study.tasks if one.id == task),
        "text": next(telling.task_text(one.text) for one in result.study.tasks if one.id == task),
        "measure": telling.measure(result.measures, "success", None if alone else task),
        "done": sum(row.outcome == "done" for row in rows),
        "of": len(rows),
    }


def _visits(folder: Path, result: StudyResult) -> list[Visit]:
    """The visits as stories, numbered in the order of the results."""
    sessions = finished_sessions(StudyFolder(folder).run)
    rows = [row for row in result.results if row.session_id in sessions]
    return [
        _told_as(visit_of(sessions[row.session_id], number), row)
        for number, row in enumerate(rows, 1)
    ]


def _told_as(visit: Visit, row: TaskResult) -> Visit:
    return replace(visit, outcome=_LOOKS_LIKE[row.outcome], why=row.why)


def _stories(visits: Sequence[Visit], result: StudyResult) -> list[tuple[str, list[Visit]]]:
    """The visits of each task, under its words."""
    task = {row.session_id: row.task for row in result.results}
    texts = {one.id: telling.task_text(one.text) for one in result.study.tasks}
    grouped = groupby(visits, key=lambda visit: task[visit.session_id])
    return [(f"{name}: {texts[name]}", list(theirs)) for name, theirs in grouped]


def _maps(result: StudyResult, pictures: Pictures) -> list[PageMap]:
    order = sorted(result.pages, key=lambda use: (-use.customers, -use.views, use.page))
    made = (page_map(use, number, pictures) for number, use in enumerate(order[:MOST_MAPS], 1))
    return [one for one in made if one is not None]


def _side_by_side(segments: Sequence[Segment]) -> list[tuple[str, list[Segment]]]:
    """The bands of each trait."""
    traits = dict.fromkeys(segment.trait for segment in segments)
    return [(humanise(trait), [one for one in segments if one.trait == trait]) for trait in traits]
