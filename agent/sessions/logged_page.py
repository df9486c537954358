"""A logged step as the page that was seen at it."""

from __future__ import annotations

from agent.sessions.page_elements import elements_of
from agent.sessions.session import Step
from envs.observation import Element, Observation


def observation_of(step: Step) -> Observation:
    """The page of a logged step, as a policy is shown it. Logs of ours list a page's names; where a
    log does not, they are read from its simplified HTML."""
    names = step.names or names_in(step.context)
    return Observation(url=step.url, title=step.title, html=step.context, names=names)


def names_in(context: str) -> tuple[Element, ...]:
    """What can be acted on in simplified HTML, in document order, each name once. Every kind is
    ``other``: the page does not say."""
    return elements_of(context, lambda name, role: "other")
