"""What an action means on the page of a logged step."""

from __future__ import annotations

from typing import assert_never

from envs.actions import Action, Back, Click, Hover, Input, Scroll, Terminate, TypeAndSubmit, Wait
from envs.observation import Observation


def kind_of(action: Action | None, observation: Observation) -> str | None:
    """The kind of what `action` acts on, ``leave`` for terminate, ``other`` for what
    only looks at it, None for nothing on the page."""
    match action:
        case None | Back() | Wait():
            return None
        case Terminate():
            return "leave"
        case Click(name) | TypeAndSubmit(name) | Input(name):
            element = observation.by_name.get(name)
            return element.kind if element else None
        case Scroll() | Hover():
            return "other"
        case _:
            assert_never(action)


def is_legal(action: Action | None, observation: Observation) -> bool:
    return action is not None and observation.illegal(action) is None
