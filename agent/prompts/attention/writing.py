"""Writing a page of which some units are folded: the shown ones as they stood, and
marks for the others."""

from __future__ import annotations

import html as entities
from collections.abc import Sequence

import msgspec

from agent.prompts.attention.units import Node, Page, Unit

WORDS = 4
"""So many things that are folded are named in their mark."""


class Layout(msgspec.Struct, frozen=True):
    """A page as it is shown. `folded` are the names that open what is folded; `choosable` those of
    options that can be chosen though they are folded, since their list is shown."""

    text: str
    folded: tuple[str, ...] = ()
    choosable: tuple[str, ...] = ()


class Writer:
    """Writes what is shown, within the elements that it stands in."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._parts: list[str] = []
        self._open: list[Node] = []
        self._folded: list[str] = []
        self._choosable: list[str] = []
        self._at = 0

    def show(self, unit: Unit) -> None:
        self._enter(unit.node)
        self._space(self._at, unit.start)
        self._parts.append(self._page.html[unit.start : unit.end])
        self._at = unit.end

    def fold(self, gap: range) -> None:
        """A mark for what is folded, in the innermost element around all of it."""
        units = self._page.units
        first, last = units[gap.start], units[gap.stop - 1]
        node = _common(first.node, last.node)
        if node.first == gap.start and node.last == gap.stop and node.name and not node.element:
            name, tag = node.name, node.tag
            assert node.parent is not None
            self._enter(node.parent)
        else:
            name = self._page.anchors[gap.start]
            while node not in self._open and node.parent is not None:
                node = node.parent
            tag = "option" if node.tag == "select" else "li" if node.tag in ("ul", "ol") else "div"
            self._enter(node)
        if node.tag in ("select", "optgroup") and node in self._open:
            self._choosable += [u.control.name for u in units[gap.start : gap.stop] if u.control]
        told = entities.escape(f"{_count(units, gap)}: {self._first_words(gap)}")
        named = entities.escape(name)
        self._parts.append(f'\n<{tag} name="{named}" folded="{told}"></{tag}>\n')
        self._folded.append(name)
        self._at = last.end

    def done(self) -> Layout:
        self._leave(0)
        text = "".join(self._parts).strip()
        while "\n\n" in text:
            text = text.replace("\n\n", "\n")
        return Layout(text, tuple(self._folded), tuple(self._choosable))

    def _enter(self, node: Node) -> None:
        """Close what does not hold `node`, open what does."""
        path: list[Node] = []
        at: Node | None = node
        while at is not None and at.parent is not None:
            path.append(at)
            at = at.parent
        path.reverse()
        alike = 0
        while alike < min(len(path), len(self._open)) and path[alike] is self._open[alike]:
            alike += 1
        self._leave(alike)
        for inner in path[alike:]:
            self._space(self._at, inner.start)
            self._parts.append(self._page.html[inner.start : inner.inside])
            self._open.append(inner)
            self._at = inner.inside

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            node = self._open.pop()
            html = self._page.html
            before = html[: node.ends][-1:] if node.ends else ""
            if before == "\n":
                self._parts.append("\n")
            self._parts.append(html[node.ends : node.end] or f"</{node.tag}>")
            self._at = node.end

    def _space(self, start: int, end: int) -> None:
        """The space that stood between two pieces, as far as it is known."""
        between = self._page.html[start:end] if start < end else ""
        if not between or not self._parts:
            return
        if between.isspace():
            self._parts.append(between)
        else:
            self._parts.append("\n")

    def _first_words(self, gap: range) -> str:
        told: list[str] = []
        for unit in self._page.units[gap.start : gap.stop]:
            words = self._page.words(unit).split(" ", 4)
            if words[0] and (unit.control is not None or not told):
                told.append(" ".join(words[:3])[:24])
            if len(told) == WORDS:
                break
        more = ", ..." if len(gap) > len(told) else ""
        return ", ".join(told) + more


def _count(units: Sequence[Unit], gap: range) -> str:
    """How much of what is folded."""
    inner = units[gap.start : gap.stop]
    controls = [u.control for u in inner if u.control is not None]
    if len(controls) * 2 < len(inner):
        return f"{len(inner)} texts" if not controls else f"{len(inner)} texts and controls"
    roles = {control.role for control in controls}
    what = {"link": "links", "option": "more options", "button": "buttons"}
    return f"{len(controls)} {what.get(roles.pop(), 'controls') if len(roles) == 1 else 'controls'}"


def _common(one: Node, other: Node) -> Node:
    """The innermost element around both."""
    while one is not other:
        if one.depth >= other.depth and one.parent is not None:
            one = one.parent
        elif other.parent is not None:
            other = other.parent
    return one
