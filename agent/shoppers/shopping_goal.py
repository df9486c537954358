"""What a visit is for: a kind of product, with what it should be like, and how serious it is.

A want is written as an intent, one or two sentences, and read back from them: whoever reads the
intent knows as much as the shopper does. Knows the words of the assortment, not its products.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random
from typing import Literal, get_args

import msgspec

from envs.shop.assortment import ProductType, assortment

Goal = Literal["buy", "compare", "browse"]
GOALS: tuple[Goal, ...] = get_args(Goal)

_NO_ARTICLE = frozenset({
    "Granola", "Olive Oil", "Dark Chocolate", "Honey", "Dog Food", "Cat Litter", "Cat Food",
    "Hot Sauce", "Shampoo", "Mascara", "Perfume", "Green Tea", "Face Moisturizer", "Body Lotion",
})  # fmt: skip
_SAID_SIZES = ("clothes", "shoes", "bed", "scale")
"""Scales whose sizes people name when they say what they want."""

_TEXTS: dict[Goal, tuple[str, ...]] = {
    "buy": (
        "I want to buy {thing} today.",
        "I need {thing} and will order as soon as I find the right one.",
        "Time to order {thing}.",
    ),
    "compare": (
        "I want to compare {thing} before I decide.",
        "Comparing what is on offer: {thing}, maybe for next month.",
        "I am comparing prices for {thing}.",
    ),
    "browse": (
        "Just looking for ideas, perhaps {thing}.",
        "No plan really, browsing for {thing} to pass the time.",
        "I only want some ideas for {thing}.",
    ),
}
_GOAL_WORDS: tuple[tuple[Goal, str], ...] = (
    ("browse", r"\bidea|\bjust looking|\bbrows|\bno plan|\bcurious"),
    ("compare", r"\bcompar|\bbefore i decide|\bnext month|\bresearch"),
)


class ShoppingGoal(msgspec.Struct, frozen=True):
    """What the shopper came for. Prices in cents; `phrase` stands in for a noun the shop does not
    know (then `noun` is empty)."""

    noun: str
    goal: Goal = "buy"
    qualifier: str | None = None
    colour: str | None = None
    size: str | None = None
    most: int | None = None
    phrase: str = ""

    @property
    def thing(self) -> str:
        """The thing in words, without an article: ``waterproof hiking boots``."""
        return " ".join(_plain(p) for p in (self.qualifier, self.noun or self.phrase) if p)


def write_goal(want: ShoppingGoal, rng: Random) -> str:
    """The want as an intent; `read_goal` reads it back."""
    thing = want.thing
    if not _is_plural(want.noun) and want.noun not in _NO_ARTICLE:
        thing = ("an " if thing[0].lower() in "aeiou" else "a ") + thing
    if want.colour:
        thing += f" in {want.colour.lower()}"
    if want.size:
        thing += f", size {want.size}"
    if want.most:
        thing += f"{',' if want.size else ''} for less than ${want.most // 100}"
    return rng.choice(_TEXTS[want.goal]).format(thing=thing)


def read_goal(text: str) -> ShoppingGoal:
    """The want that an intent states, as far as the shop has words for it."""
    goal: Goal = next((g for g, words in _GOAL_WORDS if re.search(words, text, re.I)), "buy")
    price = re.search(r"\$\s?(\d{1,6})|(\d{1,6}) dollars", text)
    most = 100 * int(price[1] or price[2]) if price else None
    kind = _kind_in(text)
    if kind is None:
        return ShoppingGoal(noun="", goal=goal, most=most, phrase=_last_words(text))
    return ShoppingGoal(
        noun=kind.noun,
        goal=goal,
        qualifier=_longest_in(kind.qualifiers, text),
        colour=_longest_in(assortment().palettes[kind.colours], text),
        size=_size_in(kind, text),
        most=most,
    )


def type_named(noun: str) -> ProductType | None:
    """The type of product with this noun."""
    return _types().get(noun)


def sizes_said(kind: ProductType) -> tuple[str, ...]:
    """The sizes people name for this type; none where they leave it to the product page."""
    return assortment().sizes[kind.size] if kind.size in _SAID_SIZES else ()


@cache
def _types() -> dict[str, ProductType]:
    return {t.noun: t for d in assortment().departments for t in d.types}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What to look for in a text for each noun: its singular or plural."""
    stems = {noun: noun[:-1] if _is_plural(noun) else noun for noun in _types()}
    return {n: re.compile(rf"\b{re.escape(s)}(?:s|es)?\b", re.I) for n, s in stems.items()}


def _kind_in(text: str) -> ProductType | None:
    """The type whose noun, in singular or plural, is the longest found in the text."""
    found = [noun for noun, pattern in _patterns().items() if pattern.search(text)]
    return _types()[max(found, key=len)] if found else None


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith("ss")


def _longest_in(words: tuple[str, ...], text: str) -> str | None:
    found = [w for w in words if re.search(rf"\b{re.escape(w)}\b", text, re.I)]
    return max(found, key=len) if found else None


def _size_in(kind: ProductType, text: str) -> str | None:
    for size in sorted(sizes_said(kind), key=len, reverse=True):
        if re.search(rf"\bsize {re.escape(size)}\b", text, re.I):
            return size
    return None


def _plain(words: str) -> str:
    """Lower case, but leaving what is written in capitals as it is."""
    return " ".join(
        w if w.isupper() or any(c.isdigit() for c in w) else w.lower() for w in words.split()
    )


def _last_words(text: str) -> str:
    """What to search for when the shop has no word for it: the last few telling words."""
    words = re.findall(r"[^\W_]{3,}", text.lower())
    return " ".join(words[-3:]) or "gift"
