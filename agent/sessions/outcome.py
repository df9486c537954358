"""How a session ended."""

from __future__ import annotations

from agent.sessions.session import Session

OUTCOMES = {
    "bought": "Bought",
    "left": "Left",
    "stuck": "Got stuck",
    "limit": "Hit the limit",
    "failed": "Failed",
    "unfinished": "Unfinished",
}
"""How a visit can end, in the order it is shown everywhere."""


def outcome_of(session: Session) -> str:
    """A key of `OUTCOMES`. Stuck means ended by the limit while going in circles."""
    end = session.end
    if end is None:
        return "unfinished"
    if end == "limit":
        return "stuck" if any(f.kind == "loop" for f in session.findings) else "limit"
    return {"purchase": "bought", "terminate": "left"}.get(end, "failed")
