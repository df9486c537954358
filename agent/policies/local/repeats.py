"""What was already tried on a page, for models that would do the same again and again."""

from __future__ import annotations

from typing import assert_never

from agent.prompts.grammar import LegalActions
from agent.sessions.session import Session
from envs.actions import Back, Click, Hover, Input, Scroll, Terminate, TypeAndSubmit, Wait
from envs.observation import Observation


def untried(legal: LegalActions, session: Session, observation: Observation) -> LegalActions:
    """Without what was already done on this very page: it led back to it unchanged."""
    clicked, typed = set[str](), set[str]()
    for action in (step.action for step in session.steps if step.context == observation.html):
        match action:
            case Click(name):
                clicked.add(name)
            case TypeAndSubmit(name) | Input(name):
                typed.add(name)
            case Scroll() | Hover() | Back() | Wait() | Terminate():
                pass
            case _:
                assert_never(action)
    return LegalActions(
        names=tuple(name for name in legal.names if name not in clicked),
        fields=tuple(name for name in legal.fields if name not in typed),
        input_action=legal.input_action,
        actions=legal.actions,
    )
