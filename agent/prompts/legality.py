"""Whether a text is one of the legal actions of a page: what a grammar says, for texts that were
written without one. Knows actions and names, not models.
"""

from __future__ import annotations

from typing import assert_never

from agent.prompts.grammar import TEXT_LENGTH, LegalActions
from agent.prompts.shown_page import read_action
from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)


def allows(legal: LegalActions, text: str) -> bool:
    """Whether `text`, with or without the end of an answer, is one of the `legal` actions."""
    handles = None
    if legal.form == "lines":
        text = text.removesuffix(legal.end) if legal.end else text
        handles = {handle: handle for handle in (*legal.names, *legal.fields)}
    action = read_action(text, handles)
    return action is not None and _allows(legal, action)


def _allows(legal: LegalActions, action: Action) -> bool:
    match action:
        case Terminate():
            return True
        case Click(name):
            return name in legal.names
        case Hover(name) | Scroll(str(name)):
            return legal.actions == "full" and name in legal.names
        case Scroll() | Back() | Wait():
            return legal.actions == "full"
        case TypeAndSubmit(name, text):
            return name in legal.fields and 0 < len(text) <= TEXT_LENGTH
        case Input(name, text):
            return legal.input_action and name in legal.fields and 0 < len(text) <= TEXT_LENGTH
        case _:
            assert_never(action)
