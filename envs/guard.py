"""The purchase guard: which actions would place an order, and whether one did.

Goes by the kinds of observed elements. Knows nothing of how an action is carried out.
"""

from __future__ import annotations

from envs.actions import Click, Input, TypeAndSubmit
from envs.hands import Aim
from envs.observation import Observation


def buys(action: Click | TypeAndSubmit | Input, observation: Observation, aim: Aim) -> bool:
    """Whether carrying out `action` may place an order."""
    kind = observation.by_name[action.name].kind
    if isinstance(action, Click):
        return kind == "buy"
    return isinstance(action, TypeAndSubmit) and submit_kind(observation, aim) == "buy"


def submit_kind(observation: Observation, aim: Aim) -> str | None:
    """The kind of the control that submits the form aimed into, None when it has none."""
    if aim.submitter is None:
        return None
    element = observation.by_name.get(aim.submitter)
    return element.kind if element else None


def bought(before: Observation, after: Observation) -> bool:
    """Whether an order was placed: another page, with nothing left to buy or to log in to."""
    changed = (before.url, before.html) != (after.url, after.html)
    offers = any(element.kind == "buy" for element in after.names)
    return changed and not offers and 'type="password"' not in after.html
