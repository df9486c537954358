"""Where a visit stands when a request is about to leave: the kind of page, and what was pressed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal

import msgspec

from envs.guard.words import (
    BUYING,
    CHECKOUTS,
    COMMITS,
    DEEDS,
    LEADS,
    LOOKS,
    ORDERS,
    PAYMENTS,
    SAFE,
    SAFE_PHRASES,
    said_words,
    words_of,
)
from envs.page.phrases import says_order

Place = Literal["elsewhere", "product", "checkout"]
Says = Literal["buys", "safe", "leads", "unknown", "nothing"]

_FEW = 7
"""Words at most of a button that plainly does something harmless."""


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """What a document shows of a checkout, as `page/ordering.js` reports it.

    `finals` are the words of controls that place an order; `adds`: something goes into a cart.
    """

    pay: bool = False
    provider: bool = False
    address: int = 0
    review: bool = False
    total: bool = False
    adds: bool = False
    finals: tuple[str, ...] = ()
    url: str = ""
    pressed: str = ""

    @property
    def place(self) -> Place:
        """What kind of page that makes it."""
        offers = [f for f in self.finals if BUYING & {*said_words(f)}]
        listing = bool(self.finals) and len(offers) == len(self.finals) and not self.review
        checking = bool(CHECKOUTS & {*words_of(self.url)})
        if self.pay or self.provider or self.address > 1 or (self.review and self.total):
            return "checkout"
        if (checking and (self.total or self.finals)) or (
            self.finals and not (listing or self.adds)
        ):
            return "checkout"
        return "product" if self.adds or listing else "elsewhere"


Look = Callable[[str], Awaitable[tuple[Signs, ...]]]
"""What the documents concerned show, for a request of the frame with this id: that one's, and that
of the window looked at."""


class Press(msgspec.Struct, frozen=True):
    """What was pressed, or typed into, as the page calls it. `kind` is the observed element's;
    `typed`: only typed into."""

    words: str
    kind: str = "other"
    typed: bool = False

    @property
    def says(self) -> Says:
        """What it says of orders."""
        if not self.words:
            return "nothing"
        if self.kind == "search":
            return "safe"
        said = said_words(self.words)
        bare = {*said}
        if self.kind == "buy":
            return "buys"
        commits, few, text = bare & COMMITS, len(said) <= _FEW, " ".join(said)
        if few and bare & LOOKS and not commits - ORDERS and not bare & DEEDS:
            return "safe"
        if few and not commits - PAYMENTS and _begins(text, LEADS):
            return "leads"
        if few and not commits and (bare & SAFE or _begins(text, SAFE_PHRASES)):
            return "safe"
        return "buys" if not self.typed and commits and says_order(self.words) else "unknown"


def _begins(text: str, phrases: Iterable[str]) -> bool:
    return any(text == phrase or text.startswith(f"{phrase} ") for phrase in phrases)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Everything but the request itself. `acting`: an action is under way. `doubted`: a dialog
    that spoke of an order, or could not be understood, was dismissed. `free`: what is pressed is
    known to place no order. `review`: the last page before an order, to be looked over or to be
    paid on. `final`: something on the page places an order. `fresh`: the document came after the
    press."""

    place: Place = "elsewhere"
    review: bool = False
    final: bool = False
    fresh: bool = False
    press: Press = Press("")
    acting: bool = False
    doubted: bool = False
    free: bool = False


def place_of(documents: Iterable[Signs]) -> Place:
    """What kind of page several documents together make: a checkout as soon as one of them is."""
    places = {one.place for one in documents}
    return next((p for p in ("checkout", "product") if p in places), "elsewhere")
