"""The pages in a trace: snapshots of the document, most of which repeat parts of earlier ones.

Facts: microsoft/playwright, ``packages/trace/src/snapshot.ts`` (versions 8 to 10). A node is a
text, ``[name, attributes, ...children]``, or ``[[snapshots ago, place]]``, a part of an earlier
snapshot of the same frame, whose nodes are counted from the leaves. Knows nothing of actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from agent.sessions.html_tags import VOID_TAGS

TARGET = "__playwright_target__"
MARK = "data-shopper-target"
"""What the element acted on is known by in the HTML."""
_STATE = {
    "__playwright_value_": "value",
    "__playwright_checked_": "checked",
    "__playwright_selected_": "selected",
}
_NOT_SHOWN = frozenset({"SCRIPT", "NOSCRIPT", "X-PW-SCRIPT"})
_DEEPEST = 400
KEPT = 400
"""Snapshots of a frame that later ones may repeat parts of."""

Style = Callable[[str], str | None]
"""The style sheet at an address, where the trace holds it."""


class Frame:
    """The snapshots of one frame, in their order."""

    def __init__(self) -> None:
        self._documents: list[Any] = []
        self._nodes: dict[int, list[Any]] = {}

    def add(self, document: Any) -> None:
        """The next snapshot. What no later one is likely to repeat is forgotten."""
        self._documents.append(document)
        old = len(self._documents) - 1 - KEPT
        if old >= 0:
            self._documents[old] = None
            self._nodes.pop(old, None)

    def html(self, call: str, style: Style) -> str:
        """The last snapshot as a page, with the element that `call` acts on marked."""
        last = len(self._documents) - 1
        return "<!doctype html>" + "".join(
            self._render(self._documents[last], last, call, style, 0)
        )

    def _render(self, node: Any, at: int, call: str, style: Style, depth: int) -> Iterator[str]:
        if isinstance(node, str):
            yield escape(node, quote=False)
            return
        if not isinstance(node, list) or not node or depth > _DEEPEST:
            return
        if isinstance(node[0], list):
            yield from self._repeated(node[0], at, call, style, depth)
            return
        name = str(node[0])
        attributes = node[1] if len(node) > 1 and isinstance(node[1], dict) else {}
        if name in _NOT_SHOWN:
            return
        tag = name.lower()
        if tag == "link" and (sheet := _sheet(attributes, style)) is not None:
            yield f"<style>{sheet}</style>"
            return
        if tag == "base":
            return
        yield f"<{tag}{_attributes(attributes, call)}>"
        if tag == "textarea" and "__playwright_value_" in attributes:
            yield escape(str(attributes["__playwright_value_"]), quote=False)
        elif tag not in VOID_TAGS:
            raw = tag == "style"
            for kid in node[2:]:
                if raw and isinstance(kid, str):
                    yield kid.replace("</", "<\\/")
                else:
                    yield from self._render(kid, at, call, style, depth + 1)
        if tag not in VOID_TAGS:
            yield f"</{tag}>"

    def _repeated(
        self, reference: list[Any], at: int, call: str, style: Style, depth: int
    ) -> Iterator[str]:
        ago, place = reference
        source = at - int(ago)
        if not 0 <= source < len(self._documents) or self._documents[source] is None:
            return
        nodes = self._nodes.get(source)
        if nodes is None:
            nodes = self._nodes[source] = list(_from_leaves(self._documents[source]))
        if 0 <= place < len(nodes):
            yield from self._render(nodes[place], source, call, style, depth + 1)


def _from_leaves(node: Any) -> Iterator[Any]:
    """Nodes in the order in which they are counted."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list) and node and isinstance(node[0], str):
        for kid in node[2:]:
            yield from _from_leaves(kid)
        yield node


def _sheet(attributes: dict[str, Any], style: Style) -> str | None:
    if "stylesheet" not in str(attributes.get("rel", "")).lower():
        return None
    sheet = style(str(attributes.get("href", "")))
    return None if sheet is None else sheet.replace("</", "<\\/")


def _attributes(attributes: dict[str, Any], call: str) -> str:
    told: dict[str, str] = {}
    for name, value in attributes.items():
        if name == TARGET:
            if value in ("", call):
                told[MARK] = "1"
        elif name in _STATE:
            if value == "false":
                told.pop(_STATE[name], None)
            else:
                told[_STATE[name]] = str(value)
        elif not name.startswith(("__playwright", "on")):
            told[name] = str(value)
    return "".join(f' {name}="{escape(value)}"' for name, value in told.items() if _is_name(name))


def _is_name(name: str) -> bool:
    return not any(letter in name for letter in " \t\n\"'<>/=")
