"""What there is to predict: the steps of logged sessions, with everything a prediction row says
of the truth.

Knows sessions, not policies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec
from msgspec import UNSET

from agent.sessions.logged_page import observation_of
from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Result, Session, Step
from envs.actions import Action, Terminate, action_name, encode_action
from envs.observation import Observation
from eval.benchmark.predictions import Prediction

FIRST = 1
"""The first action of a session is context only (OPeRA; the paper likewise)."""
ENDED = (
    SessionOutcome.PURCHASE,
    SessionOutcome.HELD,
    SessionOutcome.TERMINATE,
    SessionOutcome.UNFINISHED,
)
"""How sessions end that are scored by it: not those that a limit or an error cut off. Some logs do
not say how a session ended; there the last action does."""


@dataclass(frozen=True)
class Question:
    """One step to predict: the session as the policy may know it, the page, and the truth.

    `kinds_known`: whether the log says what the page's elements are for.
    """

    session: Session
    page: Observation
    truth: Prediction
    truth_on_page: bool
    kinds_known: bool

    def after_opening(self, action: Action) -> Question:
        """The same question, after `action` has opened a folded part of the page."""
        page, steps = self.page, self.session.steps
        opening = Step(
            index=len(steps),
            timestamp=steps[-1].timestamp if steps else self.session.started_at,
            url=page.url,
            title=page.title,
            context=page.html,
            action=action,
            result=Result(ok=True),
            names=page.names,
        )
        return replace(self, session=self.session.with_step(opening))


def questions(session: Session, settings: str) -> Iterator[Question]:
    """The steps of `session` that are scored, in order; none for a session of one step.

    `settings` goes into every row's key with all that the policy is shown.
    """
    key = hashlib.blake2b(settings.encode("utf-8", "surrogatepass"), digest_size=16)
    _add(
        key,
        session.session_id,
        session.site,
        session.intent,
        session.persona.text if session.persona else None,
    )
    for index, step in enumerate(session.steps):
        _add(key, step.url, step.title, step.context)
        if index >= FIRST:
            yield _question(session, index, key.hexdigest())
        _add(key, step.reasoning, encode_action(step.action), step.result.error)


def things_alike(question: Question) -> int:
    """How many things on the page are of the kind of the one acted on, itself included."""
    return sum(element.kind == question.truth.truth_kind for element in question.page.names)


def _question(session: Session, index: int, key: str) -> Question:
    step = session.steps[index]
    page = observation_of(step)
    name = action_name(step.action)
    known = msgspec.structs.replace(session, steps=session.steps[:index], end=None, findings=())
    return Question(
        session=known,
        page=page,
        truth=_truth(session, index, key),
        truth_on_page=name is None or name in page.by_name,
        kinds_known=bool(step.names),
    )


def _truth(session: Session, index: int, key: str) -> Prediction:
    """A row without a prediction. A held-back or native purchase is of kind buy by the session's
    end, whatever its page calls the element. A visit that was cut off has no last step."""
    step = session.steps[index]
    last = index == len(session.steps) - 1
    outcome = outcome_of(session)
    return Prediction(
        session_id=session.session_id,
        user_id=session.user_id or None,
        step=index,
        last=last and outcome in ENDED,
        truth=step.action,
        truth_kind=_kind(step, bought=last and outcome.ordered),
        prediction=None,
        legal=False,
        key=key,
        click_type=step.click_type if step.click_type else UNSET,
        p_max=step.oracle.p_max if step.oracle else UNSET,
    )


def _kind(step: Step, *, bought: bool) -> str:
    if isinstance(step.action, Terminate):
        return "leave"
    return "buy" if bought else step.kind


def _add(key: hashlib.blake2b, *texts: str | None) -> None:
    for text in texts:
        data = b"\0" if text is None else text.encode("utf-8", "surrogatepass")
        key.update(len(data).to_bytes(8, "little"))
        key.update(data)
