"""The purchase guard: which actions would place an order, and whether one did.

Goes by the kinds of observed elements and by what the page says of forms. Knows nothing of how an
action is carried out.
"""

from __future__ import annotations

from envs.actions import Click, Input, TypeAndSubmit
from envs.hands import Aim
from envs.observation import Observation


class Held(Exception):
    """An order was about to be placed that must not be; what would have placed it was not pressed.

    `blank` is how many needed fields of the form are empty.
    """

    def __init__(self, blank: int) -> None:
        super().__init__("an order was held back")
        self.blank = blank


def buys(action: Click | TypeAndSubmit | Input, observation: Observation, aim: Aim) -> bool:
    """Whether carrying out `action` may place an order."""
    kind = observation.by_name[action.name].kind
    if isinstance(action, Click):
        return kind == "buy"
    return isinstance(action, TypeAndSubmit) and aim.submit_buys


def bought(before: Observation, after: Observation) -> bool:
    """Whether an order was placed: another page, with nothing left to buy or to log in to."""
    changed = (before.url, before.html) != (after.url, after.html)
    offers = any(element.kind == "buy" for element in after.names)
    return changed and not offers and 'type="password"' not in after.html
