"""A logged step as the page a policy sees, and what an action means there.

Logs of ours list a page's names; where a log does not, they are read from its simplified HTML, and
what its elements are for is not known.
"""

from __future__ import annotations

from typing import assert_never

from agent.sessions.page_elements import elements_of
from agent.sessions.session import Step
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from envs.observation import Element, Observation


def observation_of(step: Step) -> Observation:
    """The page of a logged step, as a policy is shown it."""
    names = step.names or names_in(step.context)
    return Observation(url=step.url, title=step.title, html=step.context, names=names)


def names_in(context: str) -> tuple[Element, ...]:
    """What can be acted on in simplified HTML, in document order, each name once. Every kind is
    ``other``: the page does not say."""
    return elements_of(context, lambda name, role: "other")


def kind_of(action: Action | None, observation: Observation) -> str | None:
    """The kind of what `action` acts on, ``leave`` for terminate, None for nothing on the page."""
    match action:
        case None:
            return None
        case Terminate():
            return "leave"
        case Click(name) | TypeAndSubmit(name) | Input(name):
            element = observation.by_name.get(name)
            return element.kind if element else None
        case _:
            assert_never(action)


def is_legal(action: Action | None, observation: Observation) -> bool:
    return action is not None and observation.illegal(action) is None
