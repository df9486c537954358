"""Sessions as the visits that measures and findings read."""

from __future__ import annotations

from agent.sessions.session import Session
from agent.study.definition import Task
from agent.study.success import split_id
from eval.usability.findings.problem import Logs
from eval.usability.page_patterns import Patterns
from eval.usability.segments import segments_of
from eval.usability.task_visits import TaskVisit, task_visit
from tests.agent.study.studies import BUY, FIND

TASKS: dict[str, Task] = {BUY.id: BUY, FIND.id: FIND}


def visits_of(*sessions: Session) -> tuple[TaskVisit, ...]:
    patterns = Patterns(step.url for one in sessions for step in one.steps)
    return tuple(
        task_visit(one, TASKS[split_id(one.session_id)[1]], None, patterns) for one in sessions
    )


def logs_of(*sessions: Session) -> Logs:
    bands = {split_id(one.session_id)[0]: segments_of(one.persona) for one in sessions}
    return Logs(visits_of(*sessions), bands)
