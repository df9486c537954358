"""What an element is called on a page of lines: its role in a word, and its place in its list.

The same role has the same word on every page, whatever the shop calls it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from agent.prompts.lines.memory import last_part
from agent.prompts.lines.reading import Piece
from envs.observation import TEXT_ROLES

LEAVE = "leave"
SINGLE = frozenset({"search", "go", "buy", "add", "cart", "next", "back", "reviews", "close"})
"""Mostly there is one of them: the first has no number."""
_RESERVED = SINGLE | {LEAVE, "result", "link", "button", "field", "input"}

_NEXT = frozenset({"next", "weiter", "suivant", "suivante", "siguiente", "nächste", "proxima"})
_BACK = frozenset({"previous", "prev", "back", "zurück", "précédent", "anterior"})
_CLOSE = frozenset(
    {"close", "dismiss", "schließen", "schliessen", "fermer", "cerrar", "no_thanks", "x"}
)
_REVIEWS = frozenset(
    {"reviews", "review", "bewertungen", "rezensionen", "avis", "opiniones", "reseñas"}
)


def assign(controls: Iterable[Piece]) -> dict[str, str]:
    """The handle of each control's element, by its name; every handle once."""
    used: Counter[str] = Counter()
    handles: dict[str, str] = {}
    for piece in controls:
        assert piece.element is not None
        word = word_of(piece)
        used[word] += 1
        number = used[word]
        bare = word in SINGLE and number == 1
        handles[piece.element.name] = word if bare else f"{word} {number}"
    return handles


def word_of(piece: Piece) -> str:
    """The role of a control in a word."""
    element = piece.element
    assert element is not None
    if element.role in TEXT_ROLES:
        return "search" if element.kind == "search" else "field"
    match element.kind:
        case "product":
            return "result"
        case "buy":
            return "buy"
        case "cart":
            return "add" if element.role == "button" else "cart"
        case "search":
            return "go"
        case "filter" | "option":
            return _group(element.name) or element.kind
    return _other(piece)


def _other(piece: Piece) -> str:
    """Of what has no kind of its own: by its words, else by how it looks."""
    element = piece.element
    assert element is not None
    parts = element.name.split(".")
    words = set(parts[-1].split("_"))
    if words & _NEXT:
        return "next"
    if words & _BACK:
        return "back"
    if is_about_reviews(element.name):
        return "reviews"
    if piece.region == "dialog" and (parts[-1] in _CLOSE or piece.text in ("×", "✕", "X")):
        return "close"
    if element.role in ("option", "radio"):
        return _group(element.name) or "option"
    return "link" if element.role == "link" else "button"


def is_about_reviews(name: str) -> bool:
    """Whether something by this name shows what others say of a product."""
    parts = name.split(".")
    return bool(_REVIEWS & {*parts, *parts[-1].split("_")})


def _group(name: str) -> str | None:
    """The word of the list that a filter or an option stands in: that of what contains it."""
    container = last_part(name.rpartition(".")[0])
    words = [w for w in re.split(r"[\W\d_]+", container) if w]
    group = " ".join(words[:2])
    taken = group in _RESERVED or words[:1] == ["input"]
    return group if group and not taken else None
