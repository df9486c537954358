"""What the shop looks like: named themes that differ in structure, class names and words.

A theme is a folder of templates that take the place of the default ones, and a style sheet. What
the shop does is the same in all of them; its script goes by data attributes only.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec

_HERE = Path(__file__).parent


class UnknownTheme(ValueError):
    """There is no theme of that name; the message lists those there are."""


class Theme(msgspec.Struct, frozen=True, dict=True):
    """A look. `shop` is what the shop is called in it."""

    name: str
    shop: str
    about: str

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where its own templates are."""
        return (_HERE / "themes" / self.name,) if self.name != "larkfield" else ()

    @property
    def style_name(self) -> str:
        """The style sheet's file name."""
        return "shop.css" if self.name == "larkfield" else f"{self.name}.css"

    @cached_property
    def style(self) -> str:
        """The style sheet."""
        return (_HERE / "static" / self.style_name).read_text("utf-8")


THEMES = {
    theme.name: theme
    for theme in (
        Theme("larkfield", "Larkfield", "Cards in a grid, filters at the side."),
        Theme("ledger", "Brook & Ledger", "Plain rows, filters in a table, options in lists."),
        Theme("plaza", "Plaza Nine", "A wall of tiles without landmarks, filters as chips."),
        Theme("pocket", "Pocketshop", "One narrow column, the search in the bar at the foot."),
    )
}


class Storefront(msgspec.Struct, frozen=True):
    """A shop as visitors find it: its theme, and the language it speaks."""

    theme: str = "larkfield"
    language: str = "en"


def theme_named(name: str) -> Theme:
    """The theme called `name`.

    Raises:
        UnknownTheme: there is none.
    """
    if name not in THEMES:
        raise UnknownTheme(f"the shop has no theme {name!r}; choose one of: {', '.join(THEMES)}")
    return THEMES[name]
