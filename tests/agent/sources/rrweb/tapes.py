"""Small recordings made by hand, in rrweb's format: pages from HTML, and what is done on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as parser

from agent.sessions.session import Session
from agent.sources.rrweb.importer import ImportedRecording, ImportOptions, import_file
from envs.browser.browser import Browser

SHOP = "https://shop.example"
FRONT = """<html><head><title>Mugs</title></head><body><h1>Mugs</h1>
<form role="search" action="/search"><input id="q" type="search" name="q" aria-label="Search">
<button id="go">Go</button></form>
<a id="blue" href="https://shop.example/blue">Blue mug</a> <a id="red" href="https://shop.example/red">Red mug</a>
<div id="bare"><span id="nothing">Nothing to press</span></div>
<label>Name <input id="name" name="name"></label> <label>City <input id="city" name="city"></label>
<label>Card number <input id="card" name="cc-number" autocomplete="cc-number"></label>
<label>Size <select id="size"><option id="small">Small</option><option id="large">Large</option></select></label>
<label>Gift <input id="gift" type="checkbox"></label>
<main id="main"></main></body></html>"""
BLUE = "<html><head><title>Blue mug</title></head><body><h1>Blue mug</h1><button id='add'>Add to cart</button></body></html>"
FOUND = (
    "<html><head><title>Search</title></head><body><h1>Results</h1>"
    + "".join(f"<a href='/m{i}'>Mug number {i}</a>" for i in range(20))
    + "</body></html>"
)


class Tape:
    """Events as they would be recorded, by a clock that goes on by itself."""

    def __init__(self, at: float = 1_700_000_000_000, window: str | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.nodes: dict[str, int] = {}
        self.at = at
        self.window = window
        self._next = 1

    def add(self, type_: int, data: Any, after: float = 5) -> Tape:
        self.at += after
        event = {"type": type_, "data": data, "timestamp": self.at}
        self.events.append(event | ({"windowId": self.window} if self.window else {}))
        return self

    def meta(self, href: str) -> Tape:
        return self.add(4, {"href": href, "width": 1280, "height": 800}, 300)

    def picture(self, html: str) -> Tape:
        """A full snapshot of a page; elements are known by their ids from now on."""
        self._next, self.nodes = 1, {}
        kids = [{"type": 1, "name": "html", "publicId": "", "systemId": "", "id": self._number()}]
        root = {"type": 0, "id": 1, "childNodes": kids}
        kids.append(self._element(parser.document_fromstring(html)))
        return self.add(2, {"node": root, "initialOffset": {"top": 0, "left": 0}})

    def page(self, path: str, html: str) -> Tape:
        return self.meta(SHOP + path).picture(html)

    def mouse(self, kind: int, node: int | str, after: float = 5, **more: Any) -> Tape:
        number = self.nodes[node] if isinstance(node, str) else node
        return self.add(3, {"source": 2, "type": kind, "id": number, "x": 9, "y": 9} | more, after)

    def press(self, node: int | str, after: float = 3000) -> Tape:
        """Down, focus, up, click."""
        return self.mouse(1, node, after).mouse(5, node).mouse(0, node).mouse(2, node)

    def types(self, node: str, text: str, **more: Any) -> Tape:
        for end in range(1, len(text) + 1):
            self.says(node, text[:end], **more)
        return self

    def says(self, node: str, text: str, after: float = 80, **more: Any) -> Tape:
        data = {"source": 5, "id": self.nodes[node], "text": text, "isChecked": False}
        return self.add(3, data | more, after)

    def leaves(self, node: str) -> Tape:
        return self.mouse(6, node)

    def enters(self, button: str = "go") -> Tape:
        """What the browser makes of Enter: a click on the button that nothing went down on."""
        return self.mouse(2, button, 100, x=0, y=0)

    def mutation(self, **fields: Any) -> Tape:
        empty: dict[str, Any] = {"texts": [], "attributes": [], "removes": [], "adds": []}
        return self.add(3, {"source": 0} | empty | fields)

    def grows(self, parent: str, html: str) -> Tape:
        """Something is added to an element."""
        node = self._element(parser.fragment_fromstring(html))
        adds = self._one_by_one(node, self.nodes[parent])
        return self.mutation(adds=adds)

    def custom(self, tag: str, payload: Any) -> Tape:
        return self.add(5, {"tag": tag, "payload": payload})

    def written(self, path: Path) -> Path:
        path.write_text(json.dumps(self.events))
        return path

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _element(self, element: Any) -> dict[str, Any]:
        number = self._number()
        if name := element.get("id"):
            self.nodes[name] = number
        kids = [self._text(element.text)] if element.text else []
        for kid in element:
            if isinstance(kid, etree._Comment):
                continue
            kids.append(self._element(kid))
            kids += [self._text(kid.tail)] if kid.tail else []
        attributes = dict(element.attrib)
        return {
            "type": 2, "tagName": element.tag, "attributes": attributes, "childNodes": kids, "id": number,
        }  # fmt: skip

    def _text(self, text: str) -> dict[str, Any]:
        return {"type": 3, "textContent": text, "id": self._number()}

    def _one_by_one(self, node: dict[str, Any], parent: int) -> list[dict[str, Any]]:
        """As rrweb adds a tree: a node at a time, each without its children."""
        adds = [{"parentId": parent, "nextId": None, "node": node | {"childNodes": []}}]
        for kid in node.get("childNodes", []):
            adds += self._one_by_one(kid, node["id"])
        return adds


async def imported(
    path: Path, browser: Browser, rrweb: str, **options: Any
) -> list[ImportedRecording]:
    settings = ImportOptions(**({"redact": "nothing"} | options))
    return [one async for one in import_file(path, browser, rrweb, settings)]


async def session_of(
    tape: Tape, browser: Browser, rrweb: str, folder: Path, **options: Any
) -> Session:
    """The one session that a tape is."""
    (one,) = await imported(tape.written(folder / "tape.json"), browser, rrweb, **options)
    assert not one.bad, one.bad
    assert one.session is not None
    return one.session


def told(session: Session) -> list[str]:
    """Its actions in short: ``click blue_mug``."""
    return [
        " ".join(
            str(part)
            for part in (
                type(step.action).__name__.lower(),
                getattr(step.action, "name", None) or getattr(step.action, "direction", None),
                repr(step.action.text) if hasattr(step.action, "text") else None,
            )
            if part is not None
        )
        for step in session.steps
    ]
