"""What a shopper takes in of a page: read from the observation, and from nothing else.

Knows how a shop's page reads as simplified HTML, not what a shopper makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from agent.shoppers import page_words
from agent.shoppers.page_text import (
    PageText,
    cents_in,
    price_in,
    ratings_in,
    sold_out,
    stars_in,
)
from agent.shoppers.page_words import pattern, said, slug
from envs.observation import Kind, Observation

PageKind = Literal["home", "results", "product", "cart", "checkout", "order", "other"]


class Item(msgspec.Struct, frozen=True):
    """A product in a list. Price in cents, 0 where none is shown; `shown` is how it is written."""

    name: str
    title: str
    price: int
    rating: float
    ratings: int = 0
    in_stock: bool = True
    shown: str = ""


class Link(msgspec.Struct, frozen=True):
    """A filter, sort order or option: its group (``brand``, ``size``), words, and whether it is
    chosen."""

    name: str
    group: str
    label: str
    chosen: bool = False


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a shopper takes it in. Names are those of the observation; None is not there."""

    kind: PageKind
    search: str | None = None
    query: str = ""
    found: int | None = None
    items: tuple[Item, ...] = ()
    filters: tuple[Link, ...] = ()
    next: str | None = None
    product: Item | None = None
    options: tuple[Link, ...] = ()
    stars: tuple[int, ...] = ()
    more_reviews: str | None = None
    complaint: str | None = None
    buy: str | None = None
    add: str | None = None
    cart: str | None = None
    in_cart: int = 0
    checkout: str | None = None
    close: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Groups of options in which nothing is chosen yet, in page order."""
        groups = dict.fromkeys(o.group for o in self.options)
        return tuple(g for g in groups if not any(o.chosen for o in self.options if o.group == g))


def read_page(seen: Observation) -> Page:
    """The page in an observation."""
    reading = PageText(seen)
    kinds = {e.name: e.kind for e in seen.names}
    roles = {e.name: e.role for e in seen.names}
    options = tuple(
        _link(name, reading)
        for name, kind in kinds.items()
        if kind == "option" and roles[name] in ("radio", "option")
    )
    buy = _first(kinds, "buy")
    fields = any(role == "textbox" and kinds[name] != "search" for name, role in roles.items())
    kind = _page_kind(reading, kinds, buy is not None, fields)
    search = _search(kinds, roles)
    listed = tuple(_item(name, reading) for name, of in kinds.items() if of == "product")
    carts = [name for name, of in kinds.items() if of == "cart"]
    others = [name for name, of in kinds.items() if of == "other"]
    page = Page(
        kind=kind,
        search=search,
        query=reading.attribute(search, "value") if search else "",
        found=reading.found,
        items=_listed(listed, kind),
        filters=tuple(_link(n, reading) for n, k in kinds.items() if k == "filter"),
        next=reading.called(kinds, "next"),
        product=_product(reading) if kind == "product" else None,
        options=tuple(o for o in options if o.label.lower() not in said("choose")),
        stars=tuple(reading.review_stars()) if kind == "product" else (),
        more_reviews=reading.opener(others),
        complaint=reading.complaint,
        buy=buy,
        add=reading.called(carts, "add"),
        cart=reading.called(carts, "cart"),
        in_cart=reading.number_after(reading.called(carts, "cart")),
        checkout=reading.called(carts, "to_checkout"),
        close=_closer(others),
    )
    # A message that has faded may still be shown; what it asked for may be done by now.
    return page if page.missing else msgspec.structs.replace(page, complaint=None)


def _page_kind(
    reading: PageText, kinds: Mapping[str, Kind], buyable: bool, fields: bool
) -> PageKind:
    heading = reading.heading.lower()
    if heading in said("thanks", "confirmed"):
        return "order"
    if buyable:
        return "checkout" if fields else "product"
    if heading in said("your_cart"):
        return "cart"
    if "filter" in kinds.values() or reading.found is not None:
        return "results"
    return "home" if "product" in kinds.values() else "other"


def _listed(items: tuple[Item, ...], kind: PageKind) -> tuple[Item, ...]:
    """Products with a rating, as this shop shows them; where none has one, those with a price."""
    titled = [item for item in items if item.title]
    rated = tuple(item for item in titled if item.rating)
    if rated or kind not in ("home", "results", "other"):
        return rated
    return tuple(item for item in titled if item.price)


def _search(kinds: Mapping[str, Kind], roles: Mapping[str, str]) -> str | None:
    """The field to search with."""
    fields = (n for n, k in kinds.items() if k == "search" and roles[n] in ("searchbox", "textbox"))
    return next(fields, None)


def _closer(names: Iterable[str]) -> str | None:
    """What closes the newsletter."""
    boxes = {slug(word) for word in said("newsletter")}
    return next((n for n in names if n.split(".")[0] in boxes and "." in n), None)


def _item(name: str, reading: PageText) -> Item:
    after = reading.after[name]
    return Item(
        name=name,
        title=reading.inside[name],
        price=cents_in(after),
        rating=stars_in(after),
        ratings=ratings_in(after),
        in_stock=not sold_out(after),
        shown=price_in(after),
    )


def _product(reading: PageText) -> Item:
    """The product the page is about: its facts stand under the heading."""
    facts = reading.facts
    return Item(
        name="",
        title=reading.heading,
        price=cents_in(facts),
        rating=stars_in(facts),
        ratings=ratings_in(facts),
        in_stock=not sold_out(facts),
        shown=price_in(facts),
    )


def _link(name: str, reading: PageText) -> Link:
    label = (reading.inside[name] or reading.beside(name)).removeprefix("✓").strip()
    states = ("checked", "current", "selected")
    return Link(
        name=name,
        group=_group(name, label),
        label=label,
        chosen=any(reading.has(name, state) for state in states),
    )


def _group(name: str, label: str) -> str:
    """What a filter or an option is about: by the group it stands in, else by its own words."""
    group = page_words.group_named(name.rsplit(".", 1)[0].rsplit(".", 1)[-1])
    if group in page_words.GROUPS:
        return group
    if label in page_words.colours():
        return "colour"
    if label.lower() in said("best", "low", "rated"):
        return "sort"
    if pattern("under").fullmatch(label):
        return "price"
    if pattern("and_up").fullmatch(label):
        return "rating"
    return group


def _first(kinds: Mapping[str, Kind], wanted: Kind) -> str | None:
    return next((name for name, kind in kinds.items() if kind == wanted), None)
