"""How a session ended: the only reader of what `Session.end` says.

`stuck` is an outcome of its own: the limit ended the visit because the customer did the same on an
unchanged page again and again. It is not counted under `limit`, which is running out of steps or
time. An order that the guard held back ends a visit as `held`, not as a purchase; logs of before
there was such an end say `purchase`, and a last step that was not executed.
"""

from __future__ import annotations

from enum import StrEnum

from agent.sessions.session import FindingKind, Session

_ERROR = "error:"


class SessionOutcome(StrEnum):
    """How a visit can end, in the order it is shown everywhere."""

    PURCHASE = "purchase"
    HELD = "held"
    TERMINATE = "terminate"
    STUCK = "stuck"
    LIMIT = "limit"
    ERROR = "error"
    UNFINISHED = "unfinished"

    @property
    def word(self) -> str:
        """One word for people and for pages: ``bought``, ``held``, ``left``, ``stuck``, ``limit``,
        ``failed`` or ``unfinished``."""
        return _WORDS[self][0]

    @property
    def label(self) -> str:
        """As a heading: ``Got stuck``."""
        return _WORDS[self][1]

    @property
    def ordered(self) -> bool:
        """Whether the customer ordered, be the order placed or held back."""
        return self in (SessionOutcome.PURCHASE, SessionOutcome.HELD)

    @property
    def finished(self) -> bool:
        """Whether the visit came to an end of its own, so that it can be measured."""
        return self not in (SessionOutcome.ERROR, SessionOutcome.UNFINISHED)


_WORDS = {
    SessionOutcome.PURCHASE: ("bought", "Bought"),
    SessionOutcome.HELD: ("held", "Order held back"),
    SessionOutcome.TERMINATE: ("left", "Left"),
    SessionOutcome.STUCK: ("stuck", "Got stuck"),
    SessionOutcome.LIMIT: ("limit", "Hit the limit"),
    SessionOutcome.ERROR: ("failed", "Failed"),
    SessionOutcome.UNFINISHED: ("unfinished", "Unfinished"),
}
_ENDS = {
    "purchase": SessionOutcome.PURCHASE,
    "held": SessionOutcome.HELD,
    "terminate": SessionOutcome.TERMINATE,
    "limit": SessionOutcome.LIMIT,
}


def outcome_of(session: Session) -> SessionOutcome:
    """How the session ended. An end that is none of those that are known counts as an error."""
    if not session.end:
        return SessionOutcome.UNFINISHED
    outcome = _ENDS.get(session.end, SessionOutcome.ERROR)
    if outcome is SessionOutcome.LIMIT and any(
        f.kind == FindingKind.LOOP for f in session.findings
    ):
        return SessionOutcome.STUCK
    return outcome


def failed(session: Session) -> bool:
    """Whether the visit broke down, and did not end by what the customer did."""
    return outcome_of(session) is SessionOutcome.ERROR


def error_text(session: Session) -> str:
    """What went wrong in a visit that failed, as a sentence; for others, what `end` says."""
    return (session.end or "").removeprefix(_ERROR).strip() or "no reason was recorded"
