"""Whether a shopper looks further down before acting, as people do.

From the aggregates of 196 sessions of OPeRA's participants: 43.47 scrolls a session beside 13.02
clicks and texts. How often they hover, go back and wait is not in them: shoppers do none of that.
"""

from __future__ import annotations

from random import Random

from agent.sessions.session import Session
from envs.actions import Scroll
from envs.observation import Observation

SCROLLS_PER_ACTION = 43.47 / 13.02
GOES_ON = SCROLLS_PER_ACTION / (1 + SCROLLS_PER_ACTION)
"""Probability of one more scroll: on a page without an end they are as many as people's."""
WINDOW = 720
"""Height of a window in CSS pixels, while none is known."""
SAYS = "I look at what is further down."


def looks_further(session: Session, observation: Observation, rng: Random) -> Scroll | None:
    """A scroll by a screen, unless the shopper has seen enough or all of the page."""
    last = session.steps[-1] if session.steps else None
    height = last.viewport.height if last is not None and last.viewport is not None else WINDOW
    if last is not None and isinstance(last.action, Scroll):
        ended = last.viewport is None or last.viewport.depth == 1
        if ended or not last.result.ok:
            return None
    elif all(e.box is None or e.box.y + e.box.height <= height for e in observation.names):
        return None
    return Scroll(direction="down") if rng.random() < GOES_ON else None
