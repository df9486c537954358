"""What a shopper takes in of a page: read from the observation, and from nothing else.

Knows how a shop's page reads as simplified HTML, not what a shopper makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import lxml.html
import msgspec

from agent.shoppers import page_words
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
    reading = _Reading(seen)
    kinds = {e.name: e.kind for e in seen.names}
    roles = {e.name: e.role for e in seen.names}
    options = tuple(
        _link(name, reading)
        for name, kind in kinds.items()
        if kind == "option" and roles[name] in ("radio", "option")
    )
    buy = _first(kinds, "buy")
    kind = _page_kind(reading, kinds, buy is not None, "textbox" in roles.values())
    search = _search(kinds, roles)
    listed = tuple(_item(name, reading) for name, of in kinds.items() if of == "product")
    carts = [name for name, of in kinds.items() if of == "cart"]
    others = [name for name, of in kinds.items() if of == "other"]
    page = Page(
        kind=kind,
        search=search,
        query=reading.attribute(search, "value") if search else "",
        found=reading.found,
        items=tuple(i for i in listed if i.title and i.rating),
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
        plain = next(filter(None, (pattern(key).search(self.text) for key in _COMPLAINTS)), None)
        told = " ".join(" ".join(a.text_content().split()) for a in alerts)
        self.complaint = told or (plain[0] if plain else None)
        number = page_words.found_pattern().search(self.text)
        self.found = int(number[1]) if number else None

    def attribute(self, name: str, attribute: str) -> str:
        return str(self._element(name).get(attribute) or "")

    def has(self, name: str, attribute: str) -> bool:
        return self._element(name).get(attribute) is not None

    def beside(self, name: str) -> str:
        """The text right behind an element, as a label stands behind its radio button."""
        behind = (self._element(name).tail or "").strip()
        return " ".join(behind.split("\n", 1)[0].split())

    def label(self, name: str) -> str:
        """What an element says, or what it is called where it says nothing."""
        return self.inside[name] or self.attribute(name, "aria-label") or self.beside(name)

    def called(self, names: Iterable[str], key: str) -> str | None:
        """The first element that is called as the shops call this."""
        return next((n for n in names if self.label(n).lower() in said(key)), None)

    def opener(self, names: Iterable[str]) -> str | None:
        """What shows more reviews."""
        more = pattern("more_reviews")
        return next((n for n in names if more.search(self.label(n))), None)

    def number_after(self, name: str | None) -> int:
        match = re.match(r"\s*\(?(\d+)", self.after.get(name, "")) if name else None
        return int(match[1]) if match else 0

    def review_stars(self) -> list[int]:
        """Stars of the reviews shown: they stand between two headings."""
        headings = [h for h in self._root.iter("h2", "h3") if _text(h).lower() in said("reviews")]
        if not headings:
            return []
        shown = self.text.partition(f" {_text(headings[0])} ")[2]
        for word in said("similar"):
            shown = re.split(rf" {re.escape(word)}\b", shown, maxsplit=1, flags=re.IGNORECASE)[0]
        return [round(_stars(m[0])) for m in page_words.STARS.finditer(shown)]

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


_COMPLAINTS = ("choose_first", "choose_quantity", "sorry_sold_out")


def _page_kind(
    reading: _Reading, kinds: Mapping[str, Kind], buyable: bool, fields: bool
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


def _search(kinds: Mapping[str, Kind], roles: Mapping[str, str]) -> str | None:
    """The field to search with."""
    fields = (n for n, k in kinds.items() if k == "search" and roles[n] in ("searchbox", "textbox"))
    return next(fields, None)


def _closer(names: Iterable[str]) -> str | None:
    """What closes the newsletter."""
    boxes = {slug(word) for word in said("newsletter")}
    return next((n for n in names if n.split(".")[0] in boxes and "." in n), None)


def _item(name: str, reading: _Reading) -> Item:
    after = reading.after[name]
    return Item(
        name=name,
        title=reading.inside[name],
        price=cents_in(after),
        rating=_stars(after),
        ratings=_ratings(after),
        in_stock=not _sold_out(after),
        shown=_price(after),
    )


def _product(reading: _Reading) -> Item:
    """The product the page is about: its facts stand after the heading."""
    rest = reading.text.split(reading.heading, 1)[-1]
    before = rest
    for word in said("reviews"):
        before = re.split(rf" {re.escape(word)} ", before, maxsplit=1, flags=re.IGNORECASE)[0]
    return Item(
        name="",
        title=reading.heading,
        price=cents_in(before),
        rating=_stars(before),
        ratings=_ratings(before),
        in_stock=not _sold_out(before),
        shown=_price(before),
    )


def _link(name: str, reading: _Reading) -> Link:
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


def _price(text: str) -> str:
    match = page_words.PRICE.search(text)
    return match[0] if match else ""


def cents_in(text: str) -> int:
    """The first price in a text, in cents: a mark before two digits at the end is the decimal."""
    match = page_words.PRICE.search(text)
    if not match:
        return 0
    digits = re.sub(r"[^\d.,]", "", match[1] or match[2])
    whole, mark, rest = (digits[:-3], digits[-3:-2], digits[-2:])
    if mark and mark in ".,":
        return 100 * int(re.sub(r"\D", "", whole) or 0) + int(rest)
    return 100 * int(re.sub(r"\D", "", digits))


def _stars(text: str) -> float:
    match = page_words.STARS.search(text)
    return float((match[1] or match[2]).replace(",", ".")) if match else 0.0


def _ratings(text: str) -> int:
    match = page_words.RATINGS.search(text)
    return int(match[1] or match[2]) if match else 0


def _sold_out(text: str) -> bool:
    return any(word in text.lower() for word in said("sold_out"))


def _text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
