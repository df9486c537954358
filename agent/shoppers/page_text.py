"""The text of a page by what it stands in, after, or under; and the numbers in it.

Knows how simplified HTML is made, not what a shopper looks for in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.html

from agent.shoppers import page_words
from agent.shoppers.page_words import pattern, said
from envs.observation import Observation

_COMPLAINTS = ("choose_first", "choose_quantity", "sorry_sold_out")


class PageText:
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
        self._under = list(_by_heading(self._root))
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
        """The text right behind an element, as a label stands beside its radio button."""
        element = self._element(name)
        behind = (element.tail or "").strip()
        if behind:
            return " ".join(behind.split("\n", 1)[0].split())
        before = element.getprevious()
        ahead = element.getparent().text if before is None else before.tail
        return " ".join((ahead or "").strip().rsplit("\n", 1)[-1].split())

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
        """Stars of the reviews shown: they stand under a heading of their own."""
        shown = next((text for head, text in self._under if head.lower() in said("reviews")), "")
        return [round(stars_in(m[0])) for m in page_words.STARS.finditer(shown)]

    @property
    def facts(self) -> str:
        """What stands between the main heading and the next one."""
        return next((text for head, text in self._under if head == self.heading), "")

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


def price_in(text: str) -> str:
    """The first price in a text as it is written; empty where there is none."""
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


def stars_in(text: str) -> float:
    """The first rating in a text, 0 where there is none."""
    match = page_words.STARS.search(text)
    return float((match[1] or match[2]).replace(",", ".")) if match else 0.0


def ratings_in(text: str) -> int:
    """How many rated it, as the text says."""
    match = page_words.RATINGS.search(text)
    return int(match[1] or match[2]) if match else 0


def sold_out(text: str) -> bool:
    """Whether the text says that it cannot be had."""
    return any(word in text.lower() for word in said("sold_out"))


def _by_heading(root: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Each heading of the first three ranks, and the text up to the next."""
    heading, text = "", ""
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if event == "start" and element.tag in ("h1", "h2", "h3"):
            yield heading, " ".join(text.split())
            heading, text = _text(element), ""
        elif event == "start":
            text += f" {element.text or ''}"
        else:
            text += f" {element.tail or ''}"
    yield heading, " ".join(text.split())


def _text(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
