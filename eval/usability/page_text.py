"""What a logged page said: the words in and after each named element, and its messages.

Reads the simplified HTML of a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import lxml.etree
import lxml.html

PRICE = re.compile(
    r"(?:[$€£¥₹₩₺₽]|\b(?:USD|EUR|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|HUF|AUD|CAD|INR|BRL)\b|R\$|kr\.?)"
    r"\s?\d"
    r"|\d(?:[\d.,'\s\u00a0\u202f]*\d)?\s?"
    r"(?:[€£¥₹₩₺₽]|(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|AUD|CAD|INR|kr|zł|Kč|Ft|円|元|원|лв|руб)\b)"
)
"""A price, the sign before or after the number."""


class PageText:
    """One page's words by where they stand."""

    def __init__(self, html: str, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._inside: dict[str, str] = {}
        self._after: dict[str, list[str]] = {}
        self.alerts: tuple[str, ...] = ()
        """Notices of the environment: what happened beside the page."""
        self.lines: tuple[str, ...] = ()
        """The page's texts, element by element."""
        self.text = ""
        if html.strip():
            self._read(lxml.html.fromstring(f"<div>{html}</div>"))

    def label(self, name: str) -> str:
        """The words in a named element; '' when it has none or is not on the page."""
        return self._inside.get(name, "")

    def after(self, name: str) -> str:
        """The words between a named element and the next one."""
        return " ".join(" ".join(self._after.get(name, ())).split())

    def _read(self, root: lxml.html.HtmlElement) -> None:
        self.text = _words(root)
        self.alerts = tuple(
            dict.fromkeys(words for e in root.iter() if e.get("role") == "alert"
                          and (words := _words(e)))
        )  # fmt: skip
        lines = (line for text in root.itertext() for line in text.splitlines())
        self.lines = tuple(" ".join(line.split()) for line in lines if line.strip())
        last: str | None = None
        for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
            name = element.get("name")
            known = name in self._names
            if event == "start":
                if known:
                    last = name
                    self._inside[name] = _words(element)
                    self._after[name] = []
                elif last and element.text and not _in(element, last):
                    self._after[last].append(element.text)
            elif last and element.tail and not _in(element.getparent(), last):
                self._after[last].append(element.tail)


def _in(element: lxml.html.HtmlElement | None, name: str) -> bool:
    """Whether `element` stands inside the element called `name`."""
    while element is not None:
        if element.get("name") == name:
            return True
        element = element.getparent()
    return False


def _words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
