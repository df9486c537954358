"""A session as the paper has it: without the steps that only look further.

A click on what was scrolled to first is a click: the paper's logs, and those who are compared with
its numbers, know no scrolls, hovers, returns and waits, and no folded parts of a page.
"""

from __future__ import annotations

import msgspec

from agent.sessions.folds import opened_fold
from agent.sessions.session import Session, Step
from envs.actions import Browsing


def without_browsing(session: Session) -> Session:
    """The session without `envs.actions.Browsing` and what only opens a folded part of a page, its
    steps counted anew; itself if it has none.
    Pages are kept where something else was done on them."""
    kept = [step for step in session.steps if not _only_looks(step)]
    if len(kept) == len(session.steps):
        return session
    counted = (msgspec.structs.replace(step, index=k) for k, step in enumerate(kept))
    return msgspec.structs.replace(session, steps=tuple(counted))


def _only_looks(step: Step) -> bool:
    return isinstance(step.action, Browsing) or opened_fold(step) is not None
