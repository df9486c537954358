"""An action in words, as a person would say it: for progress, reports and the recorder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlsplit

from agent.sessions.session import Step
from envs.actions import Action, Back, Click, Hover, Input, Scroll, Terminate, TypeAndSubmit, Wait

KIND_WORDS = {
    "search": "Search",
    "product": "Product",
    "filter": "Filter",
    "option": "Option",
    "cart": "Cart",
    "buy": "Buy",
    "navigation": "Navigation",
    "other": "Other",
    "leave": "Leave",
}
"""Step kinds in the order they are shown everywhere."""


_CLICKS = {
    "product": ("Opened", "Tried to open"),
    "filter": ("Filtered by", "Tried to filter by"),
    "option": ("Chose", "Tried to choose"),
    "navigation": ("Went to", "Tried to go to"),
}


_LEADS_ON = frozenset(("view", "see", "show", "open", "details", "more", "image", "picture"))


_CLICK = ("Clicked", "Tried to click")


@dataclass(frozen=True)
class ActionDescription:
    """An action in words: verb, what it was done to, and where, e.g. Searched for / tee / ''."""

    verb: str
    thing: str = ""
    place: str = ""

    def __str__(self) -> str:
        thing = f" “{self.thing}”" if self.thing else ""
        return f"{self.verb}{thing}{f' {self.place}' if self.place else ''}"


def describe_step(step: Step) -> ActionDescription:
    """What the customer did in `step`, as a person would say it."""
    return describe_action(step.action, step.kind, ok=step.result.ok)


def describe_action(action: Action, kind: str, *, ok: bool = True) -> ActionDescription:
    """An action on an element of this kind, in words; only tried when not `ok`."""
    tried = 0 if ok else 1
    match action:
        case Terminate():
            return ActionDescription("Closed the window")
        case Click(name):
            return _click(name, kind, tried)
        case Scroll(name, direction):
            return _scrolling(name, direction, tried)
        case Hover(name):
            label, within = target(name)
            place = f"in {within}" if within else ""
            return ActionDescription(("Pointed at", "Tried to point at")[tried], label, place)
        case Back():
            return ActionDescription(("Went back", "Tried to go back")[tried])
        case Wait():
            return ActionDescription(("Waited", "Waited in vain")[tried])
        case TypeAndSubmit(name, text):
            return _typing(name, text, kind, tried, " and sent it")
        case Input(name, text):
            return _typing(name, text, kind, tried, "")
        case _:
            assert_never(action)


def _click(name: str, kind: str, tried: int) -> ActionDescription:
    verb = _CLICKS.get(kind, _CLICK)[tried]
    label, within = target(name)
    if kind == "product":
        return ActionDescription(verb, within if within and _says_little(name) else label)
    return ActionDescription(verb, label, f"in {within}" if within else "")


def _typing(name: str, text: str, kind: str, tried: int, sent: str) -> ActionDescription:
    if kind == "search":
        return ActionDescription(("Searched for", "Tried to search for")[tried], text)
    label, _ = target(name)
    return ActionDescription(("Typed", "Tried to type")[tried], text, f"into {label}{sent}")


def _scrolling(name: str | None, direction: str | None, tried: int) -> ActionDescription:
    if name is None:
        return ActionDescription(f"{('Scrolled', 'Tried to scroll')[tried]} {direction}")
    label, within = target(name)
    place = f"in {within}" if within else ""
    return ActionDescription(("Scrolled to", "Tried to scroll to")[tried], label, place)


def target(name: str) -> tuple[str, str]:
    """An element's own label and the thing it belongs to, from its hierarchical name."""
    parts = [humanise(part) for part in name.split(".") if part]
    if not parts:
        return "", ""
    return parts[-1], parts[-2] if len(parts) > 1 else ""


def _says_little(name: str) -> bool:
    """Whether a product link only says that it leads on, so that its card says what it is."""
    return name.rpartition(".")[2].partition("_")[0] in _LEADS_ON


def humanise(part: str) -> str:
    """``add_to_cart`` as ``Add to cart``."""
    text = " ".join(part.replace("_", " ").split())
    return text[:1].upper() + text[1:]


def page_words(url: str) -> str:
    """Path and query of a URL, shortened; the whole text when it is not an ordinary one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:80]
    if parts.scheme not in ("http", "https"):
        return url[:80]
    text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return text if len(text) <= 80 else text[:79] + "…"
