"""How a shopper looks further besides scrolling: goes back to the list, rests the pointer, waits.

Only shoppers that roam do it. How often people do is in no figures that we have: `RETURNS` and
`RESTS` are our assumptions.
"""

from __future__ import annotations

import re
from random import Random
from typing import NamedTuple, assert_never

from agent.sessions.session import Session
from agent.shoppers.choices import Choice
from agent.shoppers.page import Page
from envs.actions import (
    Back,
    Browsing,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)
from envs.observation import Observation

RETURNS = 0.6
"""Chance to go back to the list from a product that is not wanted, before anything else is looked
for; and before leaving, to have another look, a quarter of it."""
RESTS = 0.15
"""Chance to rest the pointer on a product before it is opened."""
PATIENCE = 2
"""Waits in a row."""
_LOADING = re.compile(
    r"(?<!\w)(?:loading|please wait|wird geladen|bitte warten|chargement|veuillez patienter"
    r"|cargando|espere|un momento)(?!\w)",
    re.IGNORECASE,
)


class Look(NamedTuple):
    """What is done to look further, and what the shopper says."""

    action: Browsing
    says: str


def waits(session: Session, observation: Observation, page: Page) -> Look | None:
    """A wait, where a page says that it is loading and shows nothing to shop for yet."""
    if page.items or page.product or not _LOADING.search(observation.html):
        return None
    if all(isinstance(step.action, Wait) for step in session.steps[-PATIENCE:]) and session.steps:
        return None
    return Look(Wait(), "It is still loading. I wait.")


def roams(session: Session, page: Page, choice: Choice, rng: Random) -> Look | None:
    """What comes before `choice`, which the shopper has in mind; None where nothing does."""
    last = session.steps[-1].action if session.steps else None
    match choice.action:
        case Click(name):
            rests = any(item.name == name for item in page.items) and last != Hover(name)
            if rests and rng.random() < RESTS:
                return Look(Hover(name), "I point at it first to see whether more shows.")
        case TypeAndSubmit() | Terminate():
            if page.kind == "product" and _from_list(session):
                chance = RETURNS if isinstance(choice.action, TypeAndSubmit) else RETURNS / 4
                if rng.random() < chance:
                    return Look(Back(), "This is not it. I go back to the list.")
        case Input() | Scroll() | Hover() | Back() | Wait():
            pass
        case _:
            assert_never(choice.action)
    return None


def _from_list(session: Session) -> bool:
    """Whether the product was opened from where a shopper has not come back to yet: since it was
    opened nobody went back, tried or done."""
    for step in reversed(session.steps):
        if isinstance(step.action, Back):
            return False
        if step.kind == "product":
            return True
    return False
