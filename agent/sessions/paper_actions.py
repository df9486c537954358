"""A session as the paper has it: without the steps that only look further.

A click on what was scrolled to first is a click: the paper's logs, and those who are compared with
its numbers, know no scrolls, hovers, returns and waits.
"""

from __future__ import annotations

import msgspec

from agent.sessions.session import Session
from envs.actions import Browsing


def without_browsing(session: Session) -> Session:
    """The session without `envs.actions.Browsing`, its steps counted anew; itself if it has none.
    Pages are kept where something else was done on them."""
    kept = [step for step in session.steps if not isinstance(step.action, Browsing)]
    if len(kept) == len(session.steps):
        return session
    counted = (msgspec.structs.replace(step, index=k) for k, step in enumerate(kept))
    return msgspec.structs.replace(session, steps=tuple(counted))
