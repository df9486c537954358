"""A logged step as the page a policy sees, and what an action means there.

Logs of ours list a page's names; where a log does not, they are read from its simplified HTML.
Knows nothing of policies.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from agent.session import Step
from envs.actions import Action, Terminate
from envs.observation import Element, Observation

_TEXT_INPUTS = frozenset({"", "text", "search", "email", "tel", "url", "number", "password"})
_TAG_ROLES = {
    "a": "link",
    "button": "button",
    "select": "combobox",
    "textarea": "textbox",
    "option": "option",
    "summary": "button",
}
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track")
)
_INPUT_ROLES = {"checkbox": "checkbox", "radio": "radio", "range": "slider", "search": "searchbox"}


def observation_of(step: Step) -> Observation:
    """The page of a logged step, as a policy is shown it."""
    names = step.names or names_in(step.context)
    return Observation(url=step.url, title=step.title, html=step.context, names=names)


def names_in(context: str) -> tuple[Element, ...]:
    """The interactables of simplified HTML, in document order, each name once; kinds unknown.

    Everything with a `name` counts that is a control or link by tag or role, or that holds no
    other named element (imported pages put names on plain elements).
    """
    reader = _Names()
    reader.feed(context)
    reader.close()
    found: dict[str, Element] = {}
    for name, role, holds_names in reader.named:
        if role or not holds_names:
            found.setdefault(name, Element(name=name, role=role or "generic"))
    return tuple(found.values())


class _Names(HTMLParser):
    """Collects ``[name, role, holds other names]`` of named elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.named: list[list[Any]] = []
        self._open: list[tuple[str, list[Any] | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        entry: list[Any] | None = None
        if name := values.get("name"):
            for _, outer in self._open:
                if outer is not None:
                    outer[2] = True
            entry = [name, _role(tag, values), False]
            self.named.append(entry)
        if tag not in _VOID:
            self._open.append((tag, entry))

    def handle_endtag(self, tag: str) -> None:
        while any(tag == open_tag for open_tag, _ in self._open):
            if self._open.pop()[0] == tag:
                break


def _role(tag: str, values: dict[str, str]) -> str | None:
    if role := values.get("role"):
        return role
    if tag == "input":
        kind = values.get("type", "").lower()
        return _INPUT_ROLES.get(kind) or ("textbox" if kind in _TEXT_INPUTS else "button")
    return _TAG_ROLES.get(tag)


def kind_of(action: Action | None, observation: Observation) -> str | None:
    """The kind of what `action` acts on, ``leave`` for terminate, None for nothing on the page."""
    if action is None:
        return None
    if isinstance(action, Terminate):
        return "leave"
    element = observation.by_name.get(action.name)
    return element.kind if element else None


def is_legal(action: Action | None, observation: Observation) -> bool:
    return action is not None and observation.illegal(action) is None
