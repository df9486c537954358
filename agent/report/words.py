"""Plain words for what the logs hold: deeds, durations, counts.

Everything here returns plain text; escaping is the template's business. Knows steps and actions,
not pages or files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent.session import Step
from envs.actions import Action, Input, Terminate, TypeAndSubmit

_SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

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
class Deed:
    """An action in words: verb, what it was done to, and where, e.g. Searched for / tee / ''."""

    verb: str
    thing: str = ""
    place: str = ""

    def __str__(self) -> str:
        thing = f" “{self.thing}”" if self.thing else ""
        return f"{self.verb}{thing}{f' {self.place}' if self.place else ''}"


def deed(step: Step) -> Deed:
    """What the customer did in `step`, as a person would say it."""
    return deed_of(step.action, step.kind, ok=step.result.ok)


def deed_of(action: Action, kind: str, *, ok: bool = True) -> Deed:
    """An action on an element of this kind, in words; only tried when not `ok`."""
    tried = 0 if ok else 1
    if isinstance(action, Terminate):
        return Deed("Closed the window")
    label, within = target(action.name)
    if isinstance(action, TypeAndSubmit | Input):
        if kind == "search":
            return Deed(("Searched for", "Tried to search for")[tried], action.text)
        sent = " and sent it" if isinstance(action, TypeAndSubmit) else ""
        return Deed(("Typed", "Tried to type")[tried], action.text, f"into {label}{sent}")
    verb = _CLICKS.get(kind, _CLICK)[tried]
    if kind == "product":
        return Deed(verb, within if within and _says_little(action.name) else label)
    return Deed(verb, label, f"in {within}" if within else "")


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


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 step``, ``12 steps``, ``1,200 steps``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number(value: int) -> str:
    """Small numbers in letters, as in running text."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else f"{value:,}"


def sentence(clauses: Iterable[str]) -> str:
    """Clauses joined to one sentence: ``A, b and c.`` Empty without clauses."""
    parts = [clause for clause in clauses if clause]
    if not parts:
        return ""
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def percent(share: float | None, digits: int = 0) -> str:
    """``33 %``; an en dash where there is no share."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def size(count_of_bytes: float) -> str:
    """``4.2 MB``."""
    return f"{count_of_bytes / 1e6:.1f} MB"
