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
    return isinstance(action, TypeAndSubmit) and submitting_buys(observation, aim)


def submitting_buys(observation: Observation, aim: Aim) -> bool:
    """Whether the form aimed into is submitted by a control of kind ``buy``."""
    element = observation.by_name.get(aim.submitter or "")
    return element.kind == "buy" if element else aim.submit_buys


def bought(before: Observation, after: Observation) -> bool:
    """Whether an order was placed: another page, with nothing left to buy or to log in to."""
    changed = (before.url, before.html) != (after.url, after.html)
    offers = any(element.kind == "buy" for element in after.names)
    return changed and not offers and 'type="password"' not in after.html
