"""What a visit is for: a kind of product, with what it should be like, and how serious it is.

A want is written as an intent, one or two sentences, and read back from them: whoever reads the
intent knows as much as the shopper does. Knows the words of the assortment, not its products.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random
from typing import Literal, cast, get_args

import msgspec

from agent.shoppers.asking import asked_for
from agent.shoppers.language import Language, language, language_of
from envs.shop.assortment import ProductType, assortment

Goal = Literal["buy", "compare", "browse"]
GOALS: tuple[Goal, ...] = get_args(Goal)

_NO_ARTICLE = frozenset({
    "Granola", "Olive Oil", "Dark Chocolate", "Honey", "Dog Food", "Cat Litter", "Cat Food",
    "Hot Sauce", "Shampoo", "Mascara", "Perfume", "Green Tea", "Face Moisturizer", "Body Lotion",
})  # fmt: skip
_SAID_SIZES = ("clothes", "shoes", "bed", "scale")
"""Scales whose sizes people name when they say what they want."""
_ANYTHING = "gift"
"""What is looked for when the intent names nothing at all."""


class ShoppingGoal(msgspec.Struct, frozen=True):
    """What the shopper came for. Prices in cents.

    Where the shop has no word for it, `noun` is empty: `phrase` says it (``warm blanket``), `head`
    is its last word, and `details` are what the intent says besides (``sofa``).
    """

    noun: str
    goal: Goal = "buy"
    qualifier: str | None = None
    colour: str | None = None
    size: str | None = None
    most: int | None = None
    phrase: str = ""
    head: str = ""
    details: tuple[str, ...] = ()
    language: str = "en"

    @property
    def thing(self) -> str:
        """The thing in words, without an article: ``waterproof hiking boots``."""
        noun = _plain(self.noun or self.phrase)
        if not self.qualifier:
            return noun
        return self.words.joined.format(noun=noun, quality=_plain(self.qualifier))

    @property
    def wish(self) -> str:
        """All that is wanted in one phrase: ``waterproof hiking boots in navy under $90``."""
        colour = self.words.in_colour.format(colour=self.colour.lower()) if self.colour else ""
        size = self.words.in_size.format(size=self.size) if self.size else ""
        limit = f" {self.words.limit.format(most=self.limit)}" if self.limit else ""
        return f"{_with_article(self)}{colour}{size}{limit}"

    @property
    def limit(self) -> str:
        """The most to pay as people write it; empty where there is no limit."""
        return self.words.price(self.most) if self.most else ""

    @property
    def words(self) -> Language:
        """The language it is said in."""
        return language(self.language)


def write_goal(want: ShoppingGoal, rng: Random) -> str:
    """The want as an intent; `read_goal` reads it back."""
    words = want.words
    thing = _with_article(want)
    if want.colour:
        thing += words.in_colour.format(colour=want.colour.lower())
    if want.size:
        thing += words.in_size.format(size=want.size)
    if want.most:
        thing += ("," if want.size else "") + words.at_most.format(most=want.limit)
    return rng.choice(words.texts[want.goal]).format(thing=thing)


def read_goal(text: str) -> ShoppingGoal:
    """The want that an intent states, in the shop's words as far as it has them."""
    words = language_of(text)
    goal = cast(Goal, next((g for g, said in words.goal_words if said.search(text)), "buy"))
    asked = asked_for(_held_together(text, words), words)
    thing = " ".join(asked.thing)
    want = ShoppingGoal(noun="", goal=goal, most=_most_in(text), language=words.code)
    kind = _kind_in(thing, words.code) or _kind_in(thing.replace("-", " "), words.code)
    if kind is None:
        return msgspec.structs.replace(
            want,
            phrase=" ".join(asked.thing) or _ANYTHING,
            head=asked.head or _ANYTHING,
            details=asked.details,
        )
    return msgspec.structs.replace(
        want,
        noun=kind.noun,
        qualifier=_longest_in(kind.qualifiers, text),
        colour=_longest_in(assortment(words.code).palettes[kind.colours], text),
        size=_size_in(kind, text, words),
    )


def type_named(noun: str, code: str = "en") -> ProductType | None:
    """The type of product with this noun."""
    return _types(code).get(noun)


def sizes_said(kind: ProductType, code: str = "en") -> tuple[str, ...]:
    """The sizes people name for this type; none where they leave it to the product page."""
    return assortment(code).sizes[kind.size] if kind.size in _SAID_SIZES else ()


@cache
def _types(code: str) -> dict[str, ProductType]:
    return {t.noun: t for d in assortment(code).departments for t in d.types}


@cache
def _patterns(code: str) -> dict[str, re.Pattern[str]]:
    """What to look for in a text for each noun: its singular or plural."""
    stems = {noun: noun[:-1] if _is_plural(noun) else noun for noun in _types(code)}
    endings = "s|es|n|en" if code == "de" else "s|es"
    return {n: re.compile(rf"\b{re.escape(s)}(?:{endings})?\b", re.I) for n, s in stems.items()}


def _held_together(text: str, words: Language) -> str:
    """The text with one word made of what holds a word that cuts (``carry on``) or measures."""
    for part in _cut_in_two(words.code):
        text = re.sub(rf"\b{re.escape(part)}\b", part.replace(" ", "-"), text, flags=re.I)
    return text


@cache
def _cut_in_two(code: str) -> tuple[str, ...]:
    """Qualities and nouns of the assortment that `asked_for` would cut."""
    words, kinds = language(code), _types(code).values()
    qualities = {q.lower() for kind in kinds for q in kind.qualifiers}
    cut = {q for q in qualities if any(w in words.leading for w in q.split())}
    cut |= {
        n for n in (k.noun.lower() for k in kinds) if any(w in words.measures for w in n.split())
    }
    return tuple(sorted(part for part in cut if " " in part))


def _kind_in(thing: str, code: str) -> ProductType | None:
    """The type whose noun, in singular or plural, is the longest found in the text."""
    found = [noun for noun, pattern in _patterns(code).items() if pattern.search(thing)]
    return _types(code)[max(found, key=len)] if found else None


def _with_article(want: ShoppingGoal) -> str:
    kind = type_named(want.noun, want.language)
    if kind and kind.said:
        quality = _plain(want.qualifier or "")
        return want.words.joined.format(noun=kind.said, quality=quality) if quality else kind.said
    thing = want.thing
    if _is_plural(want.noun) or want.noun in _NO_ARTICLE or not want.words.article:
        return thing
    before_consonant, before_vowel = want.words.article
    return f"{before_vowel if thing[0].lower() in 'aeiou' else before_consonant} {thing}"


def _most_in(text: str) -> int | None:
    """The price named, in cents."""
    price = re.search(r"[$€£]\s?(\d{1,6})|(\d{1,6})\s?(?:dollar|euro|bucks|[$€£])", text, re.I)
    return 100 * int(price[1] or price[2]) if price else None


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith("ss")


def _longest_in(words: tuple[str, ...], text: str) -> str | None:
    found = [w for w in words if re.search(rf"\b{re.escape(w)}\b", text, re.I)]
    return max(found, key=len) if found else None


def _size_in(kind: ProductType, text: str, words: Language) -> str | None:
    for size in sorted(sizes_said(kind, words.code), key=len, reverse=True):
        said = words.size_said.format(size=size)
        if re.search(rf"\b{re.escape(said)}\b", text, re.I):
            return size
    return None


def _plain(words: str) -> str:
    """Lower case, but leaving what is written in capitals as it is."""
    return " ".join(
        w if w.isupper() or any(c.isdigit() for c in w) else w.lower() for w in words.split()
    )
