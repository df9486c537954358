"""How a customer's visit for a task ended, by the task's own success condition.

From the session log, and for orders in the embedded shop from the shop's own log.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from agent.sessions.outcome import SessionOutcome, error_text, outcome_of
from agent.sessions.session import Session
from agent.study.definition import Task
from agent.study.success import met

Outcome = Literal["done", "gave-up", "out-of-patience", "stuck", "other-end", "failed"]


class Ending(msgspec.Struct, frozen=True):
    """An outcome and why, in one sentence. `at` is the step on whose page success was seen."""

    outcome: Outcome
    why: str
    at: int | None = None


def ending(session: Session, task: Task, orders: frozenset[str] | None) -> Ending:
    """How the visit ended. `orders` are the ids of visits that ordered, by the shop's own log;
    None on other sites, where the recorded purchase counts."""
    outcome = outcome_of(session)
    if outcome is SessionOutcome.UNFINISHED:
        return Ending("failed", "The log breaks off: the visit was never finished.")
    if outcome is SessionOutcome.ERROR:
        return Ending("failed", f"The visit broke down: {error_text(session)}")
    if task.success.order:
        return _ordered(session, task, orders)
    for step in session.steps:
        if met(task.success, step.url, step.names, step.context):
            return Ending("done", f"Done after {_count(step.index)}.", step.index)
    if outcome is SessionOutcome.PURCHASE:
        return Ending("other-end", "Placed an order that was not asked for.")
    if outcome is SessionOutcome.HELD:
        return Ending("other-end", "Would have placed an order that was not asked for.")
    return _not_done(session, task)


def _ordered(session: Session, task: Task, orders: frozenset[str] | None) -> Ending:
    outcome = outcome_of(session)
    bought = outcome.ordered
    known = bought if orders is None else session.session_id in orders
    if known:
        last = len(session.steps) - 1
        held = outcome is SessionOutcome.HELD or not session.steps[last].executed
        held = held and orders is None
        how = ", recorded and not placed" if held else ""
        return Ending("done", f"Ordered after {_count(last + 1)}{how}.", last)
    if bought:
        return Ending("other-end", "Seemed to order, but the shop's log has no order.")
    return _not_done(session, task)


def _not_done(session: Session, task: Task) -> Ending:
    outcome = outcome_of(session)
    if outcome is SessionOutcome.TERMINATE:
        acts = len(session.steps) - 1
        if acts >= task.max_steps:  # `agent.study.success.UntilDone` closed the window
            return Ending("out-of-patience", f"Out of patience after {_count(acts)}.")
        return Ending("gave-up", f"Gave up and left after {_count(acts + 1)}.")
    after = _count(len(session.steps))
    if outcome is SessionOutcome.STUCK:
        return Ending("stuck", f"Did the same again and again, stopped after {after}.")
    return Ending("out-of-patience", f"Out of patience after {after}.")


def _count(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"
