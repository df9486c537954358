"""A page of simplified HTML as the units that are shown or folded: controls and runs of text, each
in the elements around it.

Linear in the length of the page. Knows HTML and what can be acted on, not what matters.
"""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from agent.sessions.folds import MORE
from agent.sessions.html_tags import tags
from envs.observation import Element, Observation

LONG_TEXT = 240
"""Characters of a text that stays in one piece; a longer one is parted between sentences."""
LONG_CONTROL = 400
"""Characters within a control that is shown as a whole; of a longer one the texts are units."""
_NAME = ' name="'
_ROLE = re.compile(r'(?:^|\s)role="([^"]*+)"')
_VOID = frozenset({"input", "img", "br", "hr"})
_LANDMARKS = {
    "main": "main", "dialog": "dialog", "header": "header", "search": "search", "nav": "nav",
    "aside": "aside", "footer": "footer",
}  # fmt: skip
_ROLES = {"dialog": "dialog", "alertdialog": "dialog", "alert": "message", "status": "message"}
_HEADINGS = {"h1": 4, "h2": 2, "h3": 1, "h4": 1}
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_MARKUP = re.compile(r"<[^>]*>")


@dataclass(eq=False, slots=True)
class Node:
    """An element. ``html[start:inside]`` is its opening tag, ``html[ends:end]`` its closing one."""

    tag: str
    start: int
    inside: int
    parent: Node | None
    depth: int
    region: str
    name: str = ""
    element: Element | None = None
    first: int = 0
    """Its first unit; the last is right before `last`."""
    heading: int = 0
    """How large a heading it stands in, 4 for the largest; 0 for none."""
    ends: int = -1
    end: int = -1
    last: int = 0


@dataclass(eq=False, slots=True)
class Unit:
    """A piece of a page that is shown as a whole or not at all: ``html[start:end]``.

    `control` is what can be acted on there; `node` the element right around it.
    """

    start: int
    end: int
    node: Node
    control: Element | None = None
    heading: int = 0
    words: str | None = None
    """Its text on one line, once somebody asked `Page.words` for it."""


@dataclass(eq=False)
class Page:
    """The units of a page in reading order."""

    html: str
    title: str
    units: list[Unit] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def words(self, unit: Unit) -> str:
        """The text of a unit, on one line."""
        if unit.words is None:
            unit.words = self._read(unit)
        return unit.words

    def _read(self, unit: Unit) -> str:
        text = self.html[unit.start : unit.end]
        if "<" in text:
            text = _MARKUP.sub(" ", text)
        if "&" in text:
            text = entities.unescape(text)
        return " ".join(text.split())

    @cached_property
    def anchors(self) -> list[str]:
        """What each unit is called when what is folded begins with it: a name that stands nowhere
        else on the page, and is the same as long as the words before it are."""
        taken = {node.name for node in self.nodes}
        found: list[str] = []
        for unit in self.units:
            words = self.words(unit)[:_ANCHOR]
            if not words and unit.control is not None:
                words = unit.control.name.rsplit(".", 1)[-1][:_ANCHOR]
            base = _anchor(words)
            name, again = base, 1
            while name in taken:
                again = self._counts.get(base, again) + 1
                self._counts[base] = again
                name = f"{base}_{again}"
            taken.add(name)
            found.append(name)
        return found

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {}


_ANCHOR = 24
_WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=16384)
def _anchor(words: str) -> str:
    """What is called by these words, as long as nothing else is."""
    return MORE + ("_".join(_WORDS.findall(words.lower())) or "here")


def read_page(seen: Observation) -> Page:
    """The units of a page. Text that is no HTML is text."""
    return _Reader(seen).read()


class _Reader:
    def __init__(self, seen: Observation) -> None:
        self._page = Page(seen.html, seen.title)
        self._left = dict(seen.by_name)
        self._html = seen.html
        self._root = Node("", 0, 0, None, 0, "body")
        self._stack = [self._root]
        self._inside: Counter[str] = Counter()
        self._at = 0

    def read(self) -> Page:
        for match in tags(self._html):
            start, end = match.span()
            if start > self._at:
                self._text(start)
            closing, tag, attributes = match.groups()
            if closing:
                self._close(tag, start, end)
            else:
                self._open(tag, attributes, start, end)
            self._at = end
        self._text(len(self._html))
        while len(self._stack) > 1:
            self._finish(len(self._html), len(self._html))
        self._root.last = len(self._page.units)
        return self._page

    def _open(self, tag: str, attributes: str, start: int, inside: int) -> None:
        parent = self._stack[-1]
        region = _LANDMARKS.get(tag, parent.region)
        name, element = "", None
        if attributes:
            if 'role="' in attributes and (role := _ROLE.search(attributes)):
                region = _ROLES.get(role[1], region)
            name = _named(attributes)
            element = self._left.pop(name, None) if name else None
        if parent.region in ("dialog", "message", "search") and region != "message":
            region = parent.region
        first = len(self._page.units)
        heading = max(_HEADINGS.get(tag, 0), parent.heading)
        node = Node(
            tag, start, inside, parent, parent.depth + 1, region, name, element, first, heading
        )
        self._page.nodes.append(node)
        self._stack.append(node)
        self._inside[tag] += 1
        if tag in _VOID or attributes.endswith("/"):
            self._finish(inside, inside)

    def _close(self, tag: str, start: int, end: int) -> None:
        if not self._inside[tag]:
            return
        while self._stack[-1].tag != tag:
            self._finish(start, start)
        self._finish(start, end)

    def _finish(self, ends: int, end: int) -> None:
        """Close what is open innermost; a control without others inside becomes one unit."""
        node = self._stack.pop()
        self._inside[node.tag] -= 1
        node.ends, node.end = ends, end
        units = self._page.units
        empty = len(units) == node.first
        if node.element is not None and not empty:
            self._as_one(node)
        elif empty and (node.element is not None or node.tag in _VOID):
            assert node.parent is not None
            units.append(Unit(node.start, end, node.parent, node.element, node.heading))
        node.last = len(units)

    def _as_one(self, node: Node) -> None:
        """Make what is in a control one unit with it, unless that is long or holds others."""
        units = self._page.units
        inner = units[node.first :]
        if node.ends - node.inside > LONG_CONTROL or any(u.control is not None for u in inner):
            return
        del units[node.first :]
        assert node.parent is not None
        heading = max(unit.heading for unit in inner)
        units.append(Unit(node.start, node.end, node.parent, node.element, heading))

    def _text(self, until: int) -> None:
        text = self._html[self._at : until]
        if not text or text.isspace():
            return
        at = self._at
        for line in text.splitlines(keepends=True):
            if line.strip():
                self._line(line, at)
            at += len(line)

    def _line(self, line: str, at: int) -> None:
        node = self._stack[-1]
        if len(line) <= LONG_TEXT:
            before = len(line) - len(line.lstrip())
            self._page.units.append(
                Unit(at + before, at + len(line.rstrip()), node, None, node.heading)
            )
            return
        for start, end in _pieces(line):
            self._page.units.append(Unit(at + start, at + end, node, None, node.heading))


def _named(attributes: str) -> str:
    """The value of the attribute ``name``, in the form in which pages are written here."""
    begins = attributes.find(_NAME)
    if begins < 0:
        return ""
    begins += len(_NAME)
    ends = attributes.find('"', begins)
    name = attributes[begins:ends] if ends > 0 else ""
    return entities.unescape(name) if "&" in name else name


def _pieces(line: str) -> list[tuple[int, int]]:
    """Where a long line is parted: between sentences, else between words, else anywhere."""
    ends = [match.end() for match in _SENTENCE.finditer(line)] + [len(line)]
    found: list[tuple[int, int]] = []
    start = 0
    for end in ends:
        while end - start > LONG_TEXT:
            cut = line.rfind(" ", start + 1, start + LONG_TEXT)
            cut = cut if cut > start else start + LONG_TEXT
            found.append((start, cut))
            start = cut
        if end - start >= LONG_TEXT // 3 or end == len(line):
            found.append((start, end))
            start = end
    stripped = [
        (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        for start, end in found
        if (part := line[start:end]).strip()
    ]
    return stripped
