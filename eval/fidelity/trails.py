"""What is kept of a visit to compare it as a whole: the kinds of its actions and how it ended.

Pages are dropped, so that data sets of any size fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Session
from envs.actions import Typing
from eval.stats.similarity import fold

Ended = Literal["bought", "left", "other"]
"""`other`: a limit ended the visit, or nobody knows."""
ENDS: tuple[Ended, ...] = ("bought", "left", "other")
START, END = "start", "end"
STAGES = ("arrived", "looked for something", "opened a product", "used the cart", "bought")
"""How deep a visit can go, in order."""
_STAGE = {"search": 1, "filter": 1, "product": 2, "option": 2, "cart": 3, "buy": 4}


@dataclass(frozen=True)
class Trail:
    """One visit: `kinds` of its actions in order, `queries` as typed, without case.

    `who` is the user where the log names one, else the visit itself.
    """

    session_id: str
    who: str
    user: str | None
    intent: str | None
    kinds: tuple[str, ...]
    queries: tuple[str, ...]
    ended: Ended

    @property
    def bought(self) -> bool:
        return self.ended == "bought"

    @property
    def depth(self) -> int:
        """The furthest of `STAGES` that was reached. Buying is what the end says: a click on what
        buys that came to nothing went as far as the cart."""
        if self.bought:
            return len(STAGES) - 1
        return max((min(3, _STAGE.get(kind, 0)) for kind in self.kinds), default=0)

    @property
    def transitions(self) -> Iterator[tuple[str, str]]:
        """Each action's kind and the next one's, from the start to the end of the visit; a visit
        that was cut off has no end."""
        last = () if self.ended == "other" else (END,)
        return pairwise((START, *self.kinds, *last))


def trail_of(session: Session) -> Trail:
    """The visit without its pages. Steps that only look further are left out, as everywhere where
    populations are compared (`agent.sessions.paper_actions`)."""
    session = without_browsing(session)
    return Trail(
        session_id=session.session_id,
        who=session.user_id or session.session_id,
        user=session.user_id or None,
        intent=session.intent,
        kinds=tuple(step.kind for step in session.steps),
        queries=tuple(
            fold(step.action.text)
            for step in session.steps
            if step.kind == "search" and isinstance(step.action, Typing)
        ),
        ended=_ended(session),
    )


def _ended(session: Session) -> Ended:
    outcome = outcome_of(session)
    if outcome.ordered:
        return "bought"
    return "left" if outcome is SessionOutcome.TERMINATE else "other"


def noted(sessions: Iterable[Session], into: list[Trail]) -> Iterator[Session]:
    """The sessions as they pass by; the trails of those with a step are added to `into`."""
    for session in sessions:
        if session.steps:
            into.append(trail_of(session))
        yield session
