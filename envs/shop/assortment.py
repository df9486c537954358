"""What the shop sells in general: departments, types of product, palettes and size scales.

Reads ``assortment.toml``, and those of other languages beside it, into immutable data.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent


class ProductType(msgspec.Struct, frozen=True, rename={"qualifiers": "with"}):
    """One kind of thing, e.g. Headphones. `price` is the lowest and the highest, in dollars;
    `colours` and `size` name a palette and a scale; `words` are what people also call it."""

    noun: str
    words: str
    qualifiers: tuple[str, ...]
    price: tuple[int, int]
    shape: str
    colours: str
    features: tuple[str, ...]
    size: str | None = None
    said: str = ""
    """The noun as it stands in a sentence, with its article, where the language needs it."""


class Department(msgspec.Struct, frozen=True):
    """A part of the shop. `aspects` is what its reviews talk about; `tint` a picture background."""

    name: str
    tint: str
    brands: tuple[str, ...]
    aspects: tuple[str, ...]
    types: tuple[ProductType, ...]

    @property
    def slug(self) -> str:
        return slugify(self.name)


class Assortment(msgspec.Struct, frozen=True):
    """Everything in ``assortment.toml``. `colours` maps a colour's name to its hex value;
    `prices` gives, for the scales named there, each size's price as a factor."""

    palettes: dict[str, tuple[str, ...]]
    sizes: dict[str, tuple[str, ...]]
    prices: dict[str, tuple[float, ...]]
    colours: dict[str, str]
    departments: tuple[Department, ...]

    def department(self, slug: str) -> Department | None:
        return next((d for d in self.departments if d.slug == slug), None)


@cache
def assortment(language: str = "en") -> Assortment:
    """What the shop sells where it speaks `language`, read once per process."""
    name = "assortment.toml" if language == "en" else f"assortment.{language}.toml"
    return msgspec.convert(tomllib.loads((_FOLDER / name).read_text("utf-8")), Assortment)


def slugify(text: str) -> str:
    """`text` as it stands in a URL: lower case words joined by hyphens."""
    words = "".join(c if c.isalnum() else " " for c in text.lower().replace("'", "")).split()
    return "-".join(words)
