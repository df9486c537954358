"""A page of simplified HTML as the pieces that a person takes in, in reading order.

Linear in the length of the page. Knows HTML, not what is made of the pieces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from lxml import etree

from agent.prompts.lines.memory import last_part
from envs.observation import TEXT_ROLES, Element, Observation

Region = Literal["main", "dialog", "header", "nav", "aside", "footer"]
_REGIONS: dict[str, Region] = {
    "main": "main", "dialog": "dialog", "header": "header", "search": "header", "nav": "nav",
    "aside": "aside", "footer": "footer",
}  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_TOLD = frozenset({"alert", "status", "alertdialog"})
_MARKS = {"checked": "chosen", "current": "chosen", "selected": "chosen", "disabled": "disabled"}
_LABELS = ("aria-label", "placeholder", "title", "alt")


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, a text, a message, what is folded, or something to act on (`element`) with its
    words. `value` is
    what stands in a field; `region` the innermost landmark, `depth` of a heading its level."""

    kind: Literal["heading", "text", "message", "control", "folded"]
    text: str
    element: Element | None = None
    marks: tuple[str, ...] = ()
    value: str = ""
    region: Region = "main"
    level: int = 0


def read_pieces(seen: Observation, folded: Sequence[str] = ()) -> list[Piece]:
    """The pieces of a page; what is empty or has no words is left out, but for controls. `folded`
    are the names of marks that stand there for what is folded."""
    data = seen.html.replace("\0", "").encode("utf-8", "replace")
    if not data.strip():
        return []
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    root = etree.fromstring(b"<div>" + data + b"</div>", parser)
    return [] if root is None else _Reader(seen, folded).read(root)


@dataclass(eq=False)
class _Open:
    """An element whose text is being collected."""

    node: object
    kind: Literal["heading", "message", "control"]
    element: Element | None = None
    words: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, seen: Observation, folded: Sequence[str]) -> None:
        self._named = seen.by_name
        self._folded = frozenset(folded)
        self._left = set(seen.by_name)
        self._pieces: list[Piece] = []
        self._open: list[_Open] = []
        self._regions: list[tuple[object, Region]] = []
        self._run: list[str] = []

    def read(self, root: etree._Element) -> list[Piece]:
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if not isinstance(node.tag, str):
                continue
            if event == "start":
                self._start(node)
                self._text(node.text)
            else:
                self._end(node)
                self._text(node.tail)
        self._flush()
        return self._pieces

    def _start(self, node: etree._Element) -> None:
        tag = str(node.tag)
        region = _REGIONS.get(tag)
        if region is not None or node.get("role") in ("dialog", "alertdialog"):
            self._flush()
            self._regions.append((node, region or "dialog"))
        name = node.get("name")
        if name in self._folded and node.get("folded") is not None:
            self._flush()
            self._add(_mark(name, _clean(node.get("folded")), self._region))
        elif name in self._left:
            self._left.discard(name)
            self._flush()
            self._open.append(_Open(node, "control", self._named[name]))
        elif self._inside("control"):
            return
        elif tag in _HEADINGS:
            self._flush()
            self._open.append(_Open(node, "heading"))
        elif node.get("role") in _TOLD:
            self._flush()
            self._open.append(_Open(node, "message"))

    def _end(self, node: etree._Element) -> None:
        if self._open and self._open[-1].node is node:
            self._flush()
            self._close(self._open.pop(), node)
        if self._regions and self._regions[-1][0] is node:
            self._flush()
            self._regions.pop()

    def _close(self, done: _Open, node: etree._Element) -> None:
        words = _clean(" ".join(done.words))
        if done.kind == "control":
            assert done.element is not None
            self._add(_control(done.element, words, node, self._region))
        elif words:
            level = int(node.tag[1]) if re.fullmatch(r"h\d", str(node.tag)) else 3
            self._add(Piece(kind=done.kind, text=words, region=self._region, level=level))

    def _text(self, text: str | None) -> None:
        if text and text.strip():
            target = self._open[-1].words if self._open else self._run
            target.append(text)

    def _flush(self) -> None:
        lines = [_clean(line) for line in " ".join(self._run).split("\n")]
        self._run.clear()
        for words in filter(None, lines):
            last = self._pieces[-1] if self._pieces else None
            if last is not None and last.element is not None and _is_label(last, words):
                self._pieces[-1] = msgspec.structs.replace(last, text=words)
            else:
                self._add(Piece(kind="text", text=words, region=self._region))

    def _add(self, piece: Piece) -> None:
        self._pieces.append(piece)

    def _inside(self, kind: str) -> bool:
        return any(one.kind == kind for one in self._open)

    @property
    def _region(self) -> Region:
        return self._regions[-1][1] if self._regions else "main"


def _mark(name: str, told: str, region: Region) -> Piece:
    return Piece(kind="folded", text=told, element=Element(name=name, role="link"), region=region)


def _control(element: Element, words: str, node: etree._Element, region: Region) -> Piece:
    field = element.role in TEXT_ROLES
    label = words if words and not field else ""
    for attribute in _LABELS:
        label = label or _clean(node.get(attribute) or "")
    marks = dict.fromkeys(m for a, m in _MARKS.items() if node.get(a) not in (None, "false"))
    return Piece(
        kind="control",
        text=label.removeprefix("✓ ") or last_part(element.name).replace("_", " "),
        element=element,
        marks=tuple(marks),
        value=_clean(node.get("value") or (words if field else "")),
        region=region,
    )


def _is_label(piece: Piece, words: str) -> bool:
    """Whether the words behind a radio button or a box to tick are but its label."""
    assert piece.element is not None
    if piece.element.role not in ("radio", "checkbox", "switch"):
        return False
    return "_".join(re.findall(r"[^\W_]+", words.lower())) == last_part(piece.element.name)


def _clean(text: str) -> str:
    """On one line, without the stars that only decorate a rating."""
    return " ".join(text.replace("★", " ").split())
