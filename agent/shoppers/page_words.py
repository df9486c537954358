"""The words by which a shopper knows what stands on a page: those of every language and theme of
the embedded shop, and of shops in general.

Patterns only; what is read with them is `page`'s business.
"""

from __future__ import annotations

import re
from functools import cache

from envs.shop.assortment import assortment
from envs.shop.themes import THEMES
from envs.shop.wording import LANGUAGES, ShopTexts, shop_texts

_NUMBER = r"\d{1,3}(?:[ \u00a0.,]\d{3})+(?:[.,]\d\d)?|\d+(?:[.,]\d\d)?"
PRICE = re.compile(rf"[$€£]\s?({_NUMBER})(?!\d)|\b({_NUMBER})\s?[€$£]")
STARS = re.compile(
    r"★\s?(\d(?:[.,]\d)?)|\b(\d(?:[.,]\d)?)\s?(?:/\s?5|out of 5|von 5|sur 5|de 5"
    r"|stars?\b|sterne?n?\b|étoiles?\b|estrellas?\b)",
    re.IGNORECASE,
)
RATINGS = re.compile(r"\((\d+)\)|\b(\d+) (?:ratings|reviews|bewertungen|avis|valoraciones)\b", re.I)
GROUPS = ("sort", "brand", "price", "rating", "colour")
"""Groups of filters that the shopper tells apart."""


@cache
def said(*keys: str) -> frozenset[str]:
    """What the shops call these things, in lower case."""
    return frozenset(texts[key].lower() for key in keys for texts in _all())


@cache
def pattern(key: str) -> re.Pattern[str]:
    """A sentence of the shops whose facts are numbers or words."""
    forms = {
        re.sub(r"\\\{\w+\\\}", r"\\S+", re.escape(texts[key])) for texts in _all() if texts[key]
    }
    return re.compile("|".join(sorted(forms, key=len, reverse=True)), re.IGNORECASE)


@cache
def found_pattern() -> re.Pattern[str]:
    """How many products a list holds."""
    words = "|".join(sorted(map(re.escape, said("product", "products")), key=len, reverse=True))
    return re.compile(rf"\b(\d+) (?:{words})\b", re.IGNORECASE)


@cache
def group_named(part: str) -> str:
    """The group of filters or options with this part of a name; the part itself when unknown."""
    for key in GROUPS:
        if part in {slug(word) for word in said(key)}:
            return key
    return part


@cache
def colours() -> frozenset[str]:
    """Words for colours, as they are shown."""
    return frozenset(c for code in LANGUAGES for c in assortment(code).colours)


def slug(text: str) -> str:
    """A label as it stands in a name."""
    return "_".join(re.findall(r"[^\W_]+", text.lower()))


@cache
def _all() -> tuple[ShopTexts, ...]:
    return tuple(shop_texts(code, theme) for code in LANGUAGES for theme in THEMES)
