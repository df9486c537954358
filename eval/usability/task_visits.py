"""A customer's visit for one task, as the measures and the findings look at it.

From a session log and the task.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agent.sessions.session import Session, Step
from agent.study.definition import Task
from agent.study.outcome import Ending, ending
from agent.study.success import split_id
from envs.actions import encode_action
from eval.usability.page_patterns import Patterns, page_key
from eval.usability.page_text import PageText


@dataclass(frozen=True)
class Seen:
    """One step. `page` is the address pattern, `key` the page itself; `arrived` says that the page
    before was another one, so that this is the first look at it, unscrolled."""

    step: Step
    page: str
    key: str
    arrived: bool

    @cached_property
    def text(self) -> PageText:
        return PageText(self.step.context, (e.name for e in self.step.names))

    def shows_same(self, other: Seen) -> bool:
        """Whether nothing at all changed between two looks."""
        return self.key == other.key and self.step.context == other.step.context

    @cached_property
    def description(self) -> str:
        """The action, comparable."""
        return encode_action(self.step.action)


@dataclass(frozen=True)
class TaskVisit:
    """One customer's visit for one task."""

    session: Session
    participant: str
    task: Task
    ending: Ending
    seen: tuple[Seen, ...]

    @property
    def done(self) -> bool:
        return self.ending.outcome == "done"

    @property
    def counts(self) -> bool:
        """Whether it is part of the measures: it did not break down."""
        return self.ending.outcome != "failed"

    @cached_property
    def views(self) -> tuple[str, ...]:
        """The pages viewed, in order; the one an order led to is not in the log."""
        return tuple(seen.key for seen in self.seen if seen.arrived)

    def after(self, index: int) -> Seen | None:
        """What was seen after step `index`."""
        return self.seen[index + 1] if index + 1 < len(self.seen) else None

    def stopped_soon(self, index: int, within: int) -> bool:
        """Whether the visit ended without success at most `within` steps after step `index`."""
        return not self.done and len(self.seen) - 1 - index <= within


def task_visit(
    session: Session, task: Task, orders: frozenset[str] | None, patterns: Patterns
) -> TaskVisit:
    """A session as a visit."""
    seen: list[Seen] = []
    for step in session.steps:
        key = page_key(step.url)
        arrived = not seen or seen[-1].key != key
        seen.append(Seen(step, patterns.of(step.url), key, arrived))
    return TaskVisit(
        session, split_id(session.session_id)[0], task, ending(session, task, orders), tuple(seen)
    )
