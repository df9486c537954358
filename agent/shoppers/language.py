"""Languages in which shoppers say what they want: data, read from ``languages/*.toml``.

Knows words, not what is made of them.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec

_FOLDER = Path(__file__).with_name("languages")
CODES = ("en", "de", "fr", "es")
"""The languages there are; the first is taken where a text says too little."""


class Language(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the language's file holds, see there. `joins`: small words inside a thing
    (``tapis de yoga``). `head_first`: attributes follow their noun.
    `article`: before consonants and before vowels; empty where the assortment says it itself."""

    small: frozenset[str]
    cut: frozenset[str]
    measures: frozenset[str]
    joins: frozenset[str]
    head_first: bool
    browse: str
    compare: str
    article: tuple[str, ...]
    joined: str
    in_colour: str
    in_size: str
    size_said: str
    at_most: str
    limit: str
    decimal: str
    money: str
    looking: str
    texts: dict[str, tuple[str, ...]]
    code: str = "en"

    @cached_property
    def goal_words(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Goals other than buying, and what gives them away."""
        return (
            ("browse", re.compile(self.browse, re.IGNORECASE)),
            ("compare", re.compile(self.compare, re.IGNORECASE)),
        )

    @property
    def leading(self) -> frozenset[str]:
        """Words passed over until the thing wanted is named."""
        return self.small | self.cut | self.joins

    def price(self, cents: int) -> str:
        """A round sum as people type it."""
        return self.money.format(amount=cents // 100)

    def stars(self, rating: float) -> str:
        """A rating as pages write it; empty where there is none."""
        return f"{rating:.1f}".replace(".", self.decimal) if rating else ""


@cache
def language(code: str) -> Language:
    """The language with this code, one of `CODES`."""
    raw: dict[str, Any] = tomllib.loads((_FOLDER / f"{code}.toml").read_text("utf-8"))
    for words in ("small", "cut", "measures", "joins"):
        raw[words] = raw[words].split()
    return msgspec.convert(raw | {"code": code}, Language)


def language_of(text: str) -> Language:
    """The language that most small words of `text` belong to."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    known = [language(code) for code in CODES]
    return max(known, key=lambda one: sum(word in one.leading for word in words))
