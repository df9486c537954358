"""What the shop says, in each of its languages: data, read from ``texts/*.toml``.

Knows words and how money is written, not where they stand.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import msgspec

_FOLDER = Path(__file__).with_name("texts")
LANGUAGES = ("en", "de", "fr", "es")
"""Codes of the languages there are."""


class UnknownLanguage(ValueError):
    """The shop does not speak it; the message lists what it does."""


class ReviewTexts(msgspec.Struct, frozen=True):
    """Sentences of reviews: openings by stars, and what follows them."""

    authors: tuple[str, ...]
    one: tuple[str, ...]
    two: tuple[str, ...]
    three: tuple[str, ...]
    four: tuple[str, ...]
    five: tuple[str, ...]
    good: tuple[str, ...]
    mixed: tuple[str, ...]
    bad: tuple[str, ...]

    def openings(self, stars: int) -> tuple[str, ...]:
        return (self.one, self.two, self.three, self.four, self.five)[stars - 1]


class ShopTexts(msgspec.Struct, frozen=True, dict=True):
    """A language's file. `said` holds the sentences and labels by key."""

    code: str
    said: dict[str, str]
    size_labels: dict[str, str]
    fields: dict[str, tuple[str, str]]
    openings: tuple[str, ...]
    review_texts: ReviewTexts

    def __getitem__(self, key: str) -> str:
        return self.said[key]

    def say(self, key: str, **facts: object) -> str:
        """The sentence `key` with its facts put in."""
        return self.said[key].format(**facts)

    def money(self, cents: int) -> str:
        """Money as shown: ``$1,299``, ``$4.50``, ``4,50 €``."""
        amount = f"{cents / 100:,.2f}".removesuffix(".00")
        marks = str.maketrans({",": self.said["thousands"], ".": self.said["decimal"]})
        return self.said["money"].format(amount=amount.translate(marks))

    def lower(self, label: str) -> str:
        """A label inside a sentence; German writes it as it is."""
        return label if self.code == "de" else label.lower()

    def number(self, value: float) -> str:
        """A rating as shown: ``4.5``, ``4,5``."""
        return str(value).replace(".", self.said["decimal"])

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words of a search that say nothing."""
        return frozenset(self.said["stop_words"].split())

    @cached_property
    def ceiling(self) -> re.Pattern[str]:
        """A price limit said in words; one of its groups is the number."""
        return re.compile(self.said["ceiling"], re.IGNORECASE)


@cache
def shop_texts(code: str = "en", theme: str = "") -> ShopTexts:
    """What the shop says in a language; a theme may say some of it in words of its own.

    Raises:
        UnknownLanguage: there are no texts in it.
    """
    if code not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UnknownLanguage(f"the shop does not speak {code!r}; choose one of: {known}")
    raw: dict[str, Any] = tomllib.loads((_FOLDER / f"{code}.toml").read_text("utf-8"))
    said = {key: value for key, value in raw.items() if isinstance(value, str)}
    own = raw.get("themes", {}).get(theme, {})
    return msgspec.convert(
        {
            "code": code,
            "said": said | own,
            "size_labels": raw["size_labels"],
            "fields": raw["fields"],
            "openings": raw["descriptions"]["openings"],
            "review_texts": raw["review_texts"],
        },
        ShopTexts,
    )
