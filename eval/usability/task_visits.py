"""A customer's visit for one task, as the measures and the findings look at it.

From a session log and the task; `Patterns` says which addresses are one kind of page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from agent.sessions.old_faults import old_notices
from agent.sessions.session import Session, Step
from agent.study.definition import Task
from agent.study.outcome import Ending, ending
from agent.study.success import split_id
from envs.actions import encode_action
from envs.faults import Notice, PageNotice
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

    @cached_property
    def notices(self) -> tuple[PageNotice, ...]:
        """What happened beside the page since the last look."""
        kept = self.step.notices
        return old_notices(self.text.alerts) if kept is None else kept

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What the page itself said, in its alert dialogs and then element by element."""
        if self.step.notices is None:
            return self.text.lines  # with the notices among them: an old log cannot tell for sure
        sentences = {" ".join(notice.text.split()) for notice in self.notices}
        dialogs = (notice.about for notice in self.notices if notice.code is Notice.ALERT)
        return (*dialogs, *(line for line in self.text.lines if line not in sentences))

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
