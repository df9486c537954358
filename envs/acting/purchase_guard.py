"""The purchase guard: which actions would place an order, and whether one did.

Goes by the kinds of observed elements and by what the page says of forms.
"""

from __future__ import annotations

import html
import re
from typing import assert_never

from envs.acting.element import Aim
from envs.actions import Click, ElementAction, Input, TypeAndSubmit
from envs.observation import TEXT_ROLES, Observation
from envs.page.phrases import says_placed

A_FORM = 2
"""So many text fields, besides search and filters, are a form to fill in; one is a newsletter."""


class PurchaseBlocked(Exception):
    """An order was about to be placed that must not be; what would have placed it was not pressed.

    `blank` is how many needed fields of the form are empty.
    """

    def __init__(self, blank: int) -> None:
        super().__init__("an order was held back")
        self.blank = blank


def buys(action: ElementAction, observation: Observation, aim: Aim) -> bool:
    """Whether carrying out `action` may place an order."""
    match action:
        case Click(name):
            return observation.by_name[name].kind == "buy"
        case TypeAndSubmit():
            return aim.submit_buys
        case Input():
            return False
        case _:
            assert_never(action)


def bought(before: Observation, after: Observation) -> bool:
    """Whether an order was placed: another page, which says so or has nothing left to buy, to log
    in to or to fill in. Where no words tell, ending the visit is safer than a second order."""
    if (before.url, before.html) == (after.url, after.html):
        return False
    if says_placed(_text(after)) and not says_placed(_text(before)):
        return True
    offers = any(element.kind == "buy" for element in after.names)
    fields = [e for e in after.names if e.kind == "other" and e.role in TEXT_ROLES]
    return not offers and len(fields) < A_FORM and 'type="password"' not in after.html


def _text(page: Observation) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", f"{page.title} {page.html}"))
