"""From a study's folder to its result: reads the logs, and calls measures and findings.

Needs no browser and no model: whoever has the folder can do it again. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agent.parsing import from_json
from agent.policies.registry import is_synthetic
from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.session import Session
from agent.study.answers import read_answers
from agent.study.definition import Study, Task
from agent.study.folder import StudyFolder
from agent.study.recordings import PEOPLE, STAND_INS
from agent.study.success import split_id
from eval.errors import EvalInputError
from eval.usability.findings import find_all
from eval.usability.findings.problem import Logs
from eval.usability.measures import measures, told_by_logs
from eval.usability.page_patterns import Patterns
from eval.usability.page_usage import funnel, moves, page_uses
from eval.usability.questionnaires import asked
from eval.usability.recurring import marked
from eval.usability.schema import Facts, Participant, Segment, StudyResult, TaskResult
from eval.usability.segments import segments_of, shared_traits
from eval.usability.task_results import task_result
from eval.usability.task_visits import TaskVisit, task_visit
from eval.usability.warnings import warnings_of

SEGMENT_MEASURES = ("success", "steps", "time", "waiting", "errors", "searches-without-click")
"""Measures shown of the kinds of customers side by side."""


def analyse(root: Path) -> StudyResult:
    """The result of the study in a folder, from its logs.

    Raises:
        EvalInputError: the folder holds no study.
        FolderError: its run card cannot be read.
    """
    folder = StudyFolder(root)
    study = read_definition(folder)
    sessions = _in_order(finished_sessions(folder.run).values(), study)
    visits = _visits(study, sessions, folder.orders())
    kept = tuple(visit for visit in visits if visit.counts)
    participants = _participants(sessions)
    results = _results(visits)
    logs = Logs(kept, {one.id: one.segments for one in participants})
    return StudyResult(
        study=study,
        facts=_facts(folder.run),
        participants=participants,
        results=results,
        measures=told_by_logs(measures(results, [task.id for task in study.tasks]), kept),
        findings=marked(find_all(logs), logs, _replays(study, folder)),
        funnel=funnel(kept),
        pages=page_uses(kept),
        moves=moves(kept),
        segments=_segments(participants, results),
        answers=asked(read_answers(root)),
        warnings=warnings_of(study, visits),
    )


def read_definition(folder: StudyFolder) -> Study:
    """Raises:
    EvalInputError: the folder holds no study.
    """
    try:
        return from_json(folder.definition.read_bytes(), Study)
    except (OSError, msgspec.DecodeError) as error:
        raise EvalInputError(
            f"{folder.root} is not a study's folder: cannot read {folder.definition.name} ({error})"
        ) from error


def _in_order(sessions: Iterable[Session], study: Study) -> list[Session]:
    """Sessions of the study's tasks, by task as defined and then by participant."""
    place = {task.id: number for number, task in enumerate(study.tasks)}
    ours = [s for s in sessions if split_id(s.session_id)[1] in place]
    return sorted(ours, key=lambda s: (place[split_id(s.session_id)[1]], s.session_id))


def _visits(
    study: Study, sessions: Sequence[Session], orders: frozenset[str] | None
) -> tuple[TaskVisit, ...]:
    patterns = Patterns(step.url for session in sessions for step in session.steps)
    tasks: dict[str, Task] = {task.id: task for task in study.tasks}
    return tuple(
        task_visit(session, tasks[split_id(session.session_id)[1]], orders, patterns)
        for session in sessions
    )


def _replays(study: Study, folder: StudyFolder) -> dict[str, TaskVisit] | None:
    """The visits that were taken again, by session id; None where none were."""
    if not folder.replays.sessions.is_dir():
        return None
    sessions = _in_order(finished_sessions(folder.replays).values(), study)
    return {visit.session.session_id: visit for visit in _visits(study, sessions, None)}


def _results(visits: Sequence[TaskVisit]) -> tuple[TaskResult, ...]:
    """Each visit's numbers. The fewest pages of a task are the author's, else the best visit's."""
    fewest: dict[str, int] = {}
    for visit in visits:
        if visit.task.pages is not None:
            fewest[visit.task.id] = visit.task.pages
        elif visit.done:
            pages = len(set(visit.views))
            fewest[visit.task.id] = min(pages, fewest.get(visit.task.id, pages))
    return tuple(task_result(visit, fewest.get(visit.task.id)) for visit in visits)


def _participants(sessions: Sequence[Session]) -> tuple[Participant, ...]:
    traits = shared_traits(list(sessions))
    people: dict[str, Participant] = {}
    for session in sessions:
        persona = session.persona
        bands = {t: b for t, b in segments_of(persona).items() if t in traits}
        id_ = split_id(session.session_id)[0]
        people.setdefault(
            id_,
            Participant(
                id=id_,
                persona=persona.id if persona else session.user_id,
                text=persona.text if persona else "",
                segments=bands,
            ),
        )
    return tuple(people[id_] for id_ in sorted(people))


def _segments(
    participants: Sequence[Participant], results: Sequence[TaskResult]
) -> tuple[Segment, ...]:
    members: dict[tuple[str, str], list[str]] = {}
    for one in participants:
        for trait, band in one.segments.items():
            members.setdefault((trait, band), []).append(one.id)
    segments = []
    for (trait, band), ids in sorted(members.items()):
        theirs = measures((row for row in results if row.participant in ids), tasks=())
        shown = tuple(m for m in theirs if m.key in SEGMENT_MEASURES)
        segments.append(Segment(trait=trait, band=band, participants=tuple(ids), measures=shown))
    return tuple(segments)


def _facts(folder: RunFolder) -> Facts:
    card = read_card(folder)
    return Facts(
        shopper_version=card.shopper_version,
        started_at=card.started_at,
        finished_at=card.finished_at,
        url=card.url,
        policy=card.policy,
        policy_settings=card.policy_settings,
        versions=card.versions,
        source=_source(card.policy),
        notes=card.notes,
    )


def _source(policy: str) -> str:
    if policy == PEOPLE:
        return "people"
    return "synthetic" if policy == STAND_INS or is_synthetic(policy) else "live"
