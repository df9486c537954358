"""What a shopper takes in of a page: read from the observation, and from nothing else.

Knows how a shop's page reads as simplified HTML, not what a shopper makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import lxml.html
import msgspec

from envs.observation import Kind, Observation

PageKind = Literal["home", "results", "product", "cart", "checkout", "order", "other"]
_PRICE = re.compile(r"\$([\d,]+(?:\.\d\d)?)")
_STARS = re.compile(r"(\d(?:\.\d)?) stars?")
_RATINGS = re.compile(r"\((\d+)\)|(\d+) ratings")


class Item(msgspec.Struct, frozen=True):
    """A product in a list. Price in cents; 0 where none is shown."""

    name: str
    title: str
    price: int
    rating: float
    ratings: int = 0
    in_stock: bool = True


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
    reading = _Reading(seen)
    kinds = {e.name: e.kind for e in seen.names}
    roles = {e.name: e.role for e in seen.names}
    listed = tuple(_item(name, reading) for name, kind in kinds.items() if kind == "product")
    options = tuple(
        _link(name, reading)
        for name, kind in kinds.items()
        if kind == "option" and roles[name] == "radio"
    )
    buy = _first(kinds, "buy")
    carts = [name for name, kind in kinds.items() if kind == "cart"]
    kind = _page_kind(reading, kinds, buy is not None, "textbox" in roles.values())
    search = next((n for n, k in kinds.items() if k == "search" and roles[n] == "searchbox"), None)
    page = Page(
        kind=kind,
        search=search,
        query=reading.attribute(search, "value") if search else "",
        found=reading.number(r"(\d+) products?\b"),
        items=tuple(i for i in listed if i.title and i.rating),
        filters=tuple(_link(n, reading) for n, k in kinds.items() if k == "filter"),
        next=next((n for n in kinds if n.rsplit(".", 1)[-1] == "next_page"), None),
        product=_product(reading) if kind == "product" else None,
        options=options,
        stars=tuple(reading.review_stars()) if kind == "product" else (),
        more_reviews=next((n for n in kinds if n.startswith("reviews.")), None),
        complaint=reading.complaint,
        buy=buy,
        add=next((n for n in carts if n.rsplit(".", 1)[-1] == "add_to_cart"), None),
        cart=next((n for n in carts if n.rsplit(".", 1)[-1] == "cart"), None),
        in_cart=reading.number_after("header.cart"),
        checkout=next((n for n in carts if "checkout" in n), None),
        close=next((n for n in kinds if n.startswith("newsletter.")), None),
    )
    # A message that has faded may still be shown; what it asked for may be done by now.
    return page if page.missing else msgspec.structs.replace(page, complaint=None)


class _Reading:
    """The text of a page by what it stands in or after."""

    def __init__(self, seen: Observation) -> None:
        self._root = lxml.html.fromstring(f"<div>{seen.html}</div>")
        self._named = seen.by_name
        self.inside: dict[str, str] = {}
        self.after: dict[str, str] = {}
        self._elements: dict[str, lxml.html.HtmlElement] = {}
        self._collect(self._root)
        self.text = " ".join(self._root.text_content().split())
        self.heading = " ".join(" ".join(h.text_content().split()) for h in self._root.iter("h1"))
        alerts = [e for e in self._root.iter() if e.get("role") == "alert"]
        plain = re.search(r"Please choose[^.]*\.|Choose a quantity[^.]*\.|Sorry[^.]*\.", self.text)
        said = " ".join(" ".join(a.text_content().split()) for a in alerts)
        self.complaint = said or (plain[0] if plain else None)

    def attribute(self, name: str, attribute: str) -> str:
        return str(self._element(name).get(attribute) or "")

    def has(self, name: str, attribute: str) -> bool:
        return self._element(name).get(attribute) is not None

    def beside(self, name: str) -> str:
        """The text right behind an element, as a label stands behind its radio button."""
        behind = (self._element(name).tail or "").strip()
        return " ".join(behind.split("\n", 1)[0].split())

    def number(self, pattern: str) -> int | None:
        match = re.search(pattern, self.text)
        return int(match[1]) if match else None

    def number_after(self, name: str) -> int:
        match = re.match(r"\s*(\d+)", self.after.get(name, ""))
        return int(match[1]) if match else 0

    def review_stars(self) -> list[int]:
        """Stars of the reviews shown: they stand between two headings."""
        between = self.text.partition(" Reviews ")[2].partition(" Similar ")[0]
        return [int(n) for n in re.findall(r"\b([1-5]) stars", between)]

    def _element(self, name: str) -> lxml.html.HtmlElement:
        return self._elements[name]

    def _collect(self, root: lxml.html.HtmlElement) -> None:
        """Give every piece of text to the named element it stands in, or else after."""
        last: str | None = None
        for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
            name = element.get("name")
            known = name in self._named
            if event == "start":
                if known:
                    last = name
                    self._elements[name] = element
                    self.inside[name] = " ".join(element.text_content().split())
                    self.after[name] = ""
                elif last and element.text:
                    self.after[last] += element.text
            elif last and element.tail:
                self.after[last] += element.tail


def _page_kind(
    reading: _Reading, kinds: Mapping[str, Kind], buyable: bool, fields: bool
) -> PageKind:
    if "confirmed" in reading.heading:
        return "order"
    if buyable:
        return "checkout" if fields else "product"
    if reading.heading == "Your cart":
        return "cart"
    if "filter" in kinds.values() or reading.number(r"(\d+) products?\b") is not None:
        return "results"
    return "home" if "product" in kinds.values() else "other"


def _item(name: str, reading: _Reading) -> Item:
    after = reading.after[name]
    return Item(
        name=name,
        title=reading.inside[name],
        price=_cents(after),
        rating=_stars(after),
        ratings=_ratings(after),
        in_stock="Out of stock" not in after,
    )


def _product(reading: _Reading) -> Item:
    """The product the page is about: its facts stand after the heading."""
    rest = reading.text.split(reading.heading, 1)[-1]
    before = rest.split("Reviews", 1)[0]
    return Item(
        name="",
        title=reading.heading,
        price=_cents(before),
        rating=_stars(before),
        ratings=_ratings(before),
        in_stock="Out of stock" not in before,
    )


def _link(name: str, reading: _Reading) -> Link:
    label = reading.inside[name] or reading.beside(name)
    return Link(
        name=name,
        group=name.rsplit(".", 1)[0].rsplit(".", 1)[-1],
        label=label.removeprefix("✓").strip(),
        chosen=reading.has(name, "checked") or reading.has(name, "current"),
    )


def _first(kinds: Mapping[str, Kind], wanted: Kind) -> str | None:
    return next((name for name, kind in kinds.items() if kind == wanted), None)


def _cents(text: str) -> int:
    match = _PRICE.search(text)
    return round(100 * float(match[1].replace(",", ""))) if match else 0


def _stars(text: str) -> float:
    match = _STARS.search(text)
    return float(match[1]) if match else 0.0


def _ratings(text: str) -> int:
    match = _RATINGS.search(text)
    return int(match[1] or match[2]) if match else 0
