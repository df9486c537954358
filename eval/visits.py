"""A visit as the report tells it, made from its session log.

Keeps what is shown and drops the pages' HTML, so that hundreds of visits fit in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from agent.sessions.describe import ActionDescription, describe_step, page_words
from agent.sessions.outcome import SessionOutcome, error_text, outcome_of
from agent.sessions.session import Finding, FindingKind, Persona, Session, Step
from envs.actions import Terminate, action_text
from envs.observation import Box
from envs.troubles import Trouble
from eval.looking import PageView, page_views

MARK_MARGIN = 4.0
"""CSS pixels between an element and the mark around it."""


@dataclass(frozen=True)
class ElementMark:
    """Where on the picture the element acted on is, in CSS pixels of the viewport."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Shot:
    """A step's picture: a path relative to the run folder, the viewport's size in CSS pixels
    (None when unknown) and the mark. `off_screen`: the element lies outside the picture."""

    path: str
    width: int | None = None
    height: int | None = None
    mark: ElementMark | None = None
    off_screen: bool = False


@dataclass(frozen=True)
class StepView:
    """One step as it is told. Times are in seconds."""

    index: int
    kind: str
    description: ActionDescription
    reasoning: str | None
    title: str
    page: str
    ok: bool
    error: str | None
    executed: bool
    held: str | None
    policy_seconds: float
    settle_seconds: float
    page_seconds: float | None
    query: str | None
    shot: Shot | None
    address: str = ""
    load_seconds: float = 0.0
    """Until the page looked at was there, by its own clock; 0 where it is not known."""
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Visit:
    """One visit. `number` counts from 1 in the order of the report; `seconds` runs from the
    start to the last step."""

    number: int
    session_id: str
    outcome: SessionOutcome
    why: str
    persona: Persona | None
    intent: str | None
    steps: tuple[StepView, ...]
    findings: tuple[Finding, ...]
    seconds: float
    error: str | None
    opened_seconds: float = 0.0
    """Until the first page was there, by its own clock; 0 where it is not known."""
    views: tuple[PageView, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(step.kind for step in self.steps)

    @property
    def queries(self) -> tuple[str, ...]:
        return tuple(step.query for step in self.steps if step.query is not None)

    @property
    def shots(self) -> tuple[Shot, ...]:
        return tuple(step.shot for step in self.steps if step.shot is not None)


def visit_of(session: Session, number: int) -> Visit:
    """Tell one session."""
    outcome = outcome_of(session)
    last = session.steps[-1].timestamp if session.steps else session.started_at
    return Visit(
        number=number,
        session_id=session.session_id,
        outcome=outcome,
        why=_why(session, outcome),
        persona=session.persona,
        intent=session.intent,
        steps=tuple(_step_view(step) for step in session.steps),
        findings=session.findings,
        seconds=max(0.0, (last - session.started_at).total_seconds()),
        error=error_text(session) if outcome is SessionOutcome.ERROR else None,
        opened_seconds=_opened(session),
        views=page_views(session),
    )


def _opened(session: Session) -> float:
    first = session.steps[0] if session.steps else None
    return first.load.parsed_ms / 1000 if first and first.load else 0.0


def _why(session: Session, outcome: SessionOutcome) -> str:
    """Why the visit ended, in one sentence."""
    match outcome:
        case SessionOutcome.PURCHASE:
            if any(not step.executed and step.result.ok for step in session.steps):
                return "Decided to buy. The order was recorded and, as agreed, not placed."
            return "Bought, and the visit was complete."
        case SessionOutcome.HELD:
            held = next((s.held for s in reversed(session.steps) if s.held), None)
            why = f": {held.sentence}" if held else ""
            return f"Decided to buy. The order was held back, as agreed, and not placed{why}."
        case SessionOutcome.TERMINATE:
            return "Left the shop."
        case SessionOutcome.STUCK:
            loops = (f.text for f in session.findings if f.kind == FindingKind.LOOP)
            return f"Got stuck: {next(loops)}."
        case SessionOutcome.LIMIT:
            reasons = "; ".join(f.text for f in session.findings)
            return f"The run's limit ended the visit{': ' + reasons if reasons else ''}."
        case SessionOutcome.ERROR:
            return f"The visit failed: {error_text(session)}"
        case SessionOutcome.UNFINISHED:
            return "The log breaks off here: the run was stopped, or it is still going on."
        case _:
            assert_never(outcome)


def _step_view(step: Step) -> StepView:
    typed = action_text(step.action)
    return StepView(
        index=step.index,
        kind=step.kind,
        description=describe_step(step),
        reasoning=(step.reasoning or "").strip() or None,
        title=step.title.strip(),
        page=page_words(step.url),
        ok=step.result.ok,
        error=step.result.error,
        executed=step.executed,
        held=step.held.sentence if step.held else None,
        policy_seconds=step.cost.seconds if step.cost else 0.0,
        settle_seconds=step.result.settle_ms / 1000,
        page_seconds=None if step.result.page_ms is None else step.result.page_ms / 1000,
        query=typed if step.kind == "search" else None,
        shot=_shot(step),
        address=step.url.partition("#")[0].partition("?")[0],
        load_seconds=step.load.parsed_ms / 1000 if step.load else 0.0,
        troubles=step.troubles,
    )


def _shot(step: Step) -> Shot | None:
    if step.screenshot is None:
        return None
    view = step.viewport
    if view is None or not view.width or not view.height:
        return Shot(step.screenshot)
    mark = None
    if step.box is not None and not isinstance(step.action, Terminate):
        mark = mark_of(step.box, view.scroll_x, view.scroll_y, view.width, view.height)
    missing = step.box is not None and mark is None and not isinstance(step.action, Terminate)
    return Shot(step.screenshot, view.width, view.height, mark, off_screen=missing)


def mark_of(
    box: Box, scroll_x: float, scroll_y: float, width: int, height: int
) -> ElementMark | None:
    """The part of `box` (page coordinates) that shows in the viewport, with a margin; None when
    nothing of it shows."""
    left, top = box.x - scroll_x, box.y - scroll_y
    right, bottom = left + box.width, top + box.height
    if right <= 0 or bottom <= 0 or left >= width or top >= height:
        return None
    left, top = max(left - MARK_MARGIN, 1.0), max(top - MARK_MARGIN, 1.0)
    right, bottom = min(right + MARK_MARGIN, width - 1.0), min(bottom + MARK_MARGIN, height - 1.0)
    return ElementMark(left, top, right - left, bottom - top)
