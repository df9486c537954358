"""Steps that open a folded part of a page, as a session log tells them.

What is folded, and under which name, is `agent.prompts.attention`'s business.
"""

from __future__ import annotations

from agent.sessions.session import Step
from envs.actions import Action, Click, Hover, Scroll

MORE = "more."
"""Begins the name of what is folded and has no name of its own."""


def opening_name(action: Action) -> str | None:
    """The name that an action would open if it were that of a folded part."""
    return action.name if isinstance(action, Click | Scroll | Hover) else None


def opened_fold(step: Step) -> str | None:
    """The name of the folded part that a step opened, None where it did anything else. Nothing that
    can be acted on has that name: it is a landmark's or list's, or was made for what has none."""
    name = opening_name(step.action)
    if name is None or not step.result.ok:
        return None
    if any(element.name == name for element in step.names):
        return None
    stands_there = f'name="{name}"' in step.context
    if name.startswith(MORE):
        return None if stands_there and not step.names else name
    return name if stands_there and step.names else None
