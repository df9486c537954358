"""A study compared with another of the same shop: what `bench.aa` rehearses of before and after."""

from __future__ import annotations

from zlib import crc32

import msgspec

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Session, Step
from agent.study.definition import Success, Task
from agent.study.success import session_id
from envs.actions import encode_action
from eval.usability.before_after import changes
from eval.usability.measures import measures
from eval.usability.page_patterns import Patterns
from eval.usability.schema import Measure
from eval.usability.task_results import task_result
from eval.usability.task_visits import task_visit

TASK = Task(id="buy", text="{intent}", success=Success(order=True))
_FEWEST_PAGES = 2
_LEADS_ON = ("search", "product", "navigation")


def called_different(before: list[Session], after: list[Session]) -> dict[str, bool]:
    """Each measure of two studies, and whether it is said to have changed."""
    one, other = _measures(before), _measures(after)
    return {
        m.label: m.verdict != "unclear"
        for m in changes(one, other, enough=True)
        if m.before is not None and m.key != "waiting"  # which is never called different
    }


def _measures(sessions: list[Session]) -> tuple[Measure, ...]:
    taken = [_at_addresses(session) for session in sessions]
    patterns = Patterns(step.url for session in taken for step in session.steps)
    orders = frozenset(s.session_id for s in taken if outcome_of(s) is SessionOutcome.PURCHASE)
    visits = (task_visit(session, TASK, orders, patterns) for session in taken)
    return measures((task_result(visit, _FEWEST_PAGES) for visit in visits), [TASK.id])


def _at_addresses(session: Session) -> Session:
    """The visit with an address for every page, named after what led there."""
    url, steps = "https://shop.example/", list[Step]()
    for step in session.steps:
        steps.append(msgspec.structs.replace(step, url=url))
        if step.kind in _LEADS_ON:
            url = f"https://shop.example/{step.kind}/{crc32(encode_action(step.action).encode())}"
    return msgspec.structs.replace(
        session, steps=tuple(steps), session_id=session_id(session.session_id, TASK.id)
    )
