"""Looking at a page: one evaluate per document, frames stitched into the page around them.

A page without frames costs exactly one evaluate. A frame that dies or hangs loses only itself.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec
from playwright.async_api import Error

from envs.faults import PageNotice
from envs.observation import Box, Element, Kind, Observation
from envs.page import closed_trees
from envs.page.script import PageScript, PageScriptGone

FRAME_DEADLINE = 1.5
"""Seconds a frame has to answer before it is left out."""

MAX_FRAMES = 40
"""Frames looked into per page, nested ones included."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a site adapter: what `selector` (CSS) finds is called `name`, is of `kind`."""

    selector: str
    name: str | None = None
    kind: str | None = None


class _Frame(msgspec.Struct, frozen=True):
    """Where an iframe stands in the page around it: x and y in CSS pixels of the top page.

    `before` is how many of that page's own names come first.
    """

    key: int
    name: str
    before: int
    x: float
    y: float


class _Named(msgspec.Struct, frozen=True, array_like=True):
    """An `Element` as it travels: `name` is a place in the table of names; box is x, y, width,
    height."""

    name: int
    role: str
    kind: Kind
    box: tuple[float, float, float, float] | None


class _Look(msgspec.Struct, frozen=True):
    """One document's answer: `html` in pieces, with a frame between each two.

    In it stand places in the `table` of names. An entry of the table is a name's last part after
    the place of its container, -1 for none; or, after -2, a whole name.
    """

    url: str
    title: str
    html: tuple[str, ...]
    elements: int
    table: tuple[tuple[int, str], ...] = ()
    names: tuple[_Named, ...] = ()
    frames: tuple[_Frame, ...] = ()


class _Document(msgspec.Struct, frozen=True):
    """One document's answer with its names put in."""

    url: str
    title: str
    html: tuple[str, ...]
    names: tuple[Element, ...]
    elements: int
    frames: tuple[_Frame, ...]


class _Seen(msgspec.Struct, frozen=True):
    """A document with its frames already inside."""

    document: _Document
    html: str
    names: tuple[Element, ...]
    elements: int


_decoder = msgspec.json.Decoder(_Look)


_MARK = re.compile("\x01([0-9]+)\x01")
"""Where a name belongs in the HTML that travels."""


def _read(answer: str, prefix: str) -> _Document:
    """Read an answer: JSON, or base64 of it when it is long. `prefix` is the frame's own name."""
    look = _decoder.decode(answer if answer.startswith("{") else b64decode(answer))
    names: list[str] = []
    for scope, own in look.table:
        base = prefix if scope == -1 else names[scope] if scope >= 0 else ""
        names.append(f"{base}.{own}" if base else own)
    shown = [escape(name) for name in names]
    return _Document(
        look.url,
        look.title,
        tuple(_MARK.sub(lambda found: shown[int(found[1])], piece) for piece in look.html),
        tuple(
            Element(names[n.name], n.role, n.kind, Box(*n.box) if n.box else None)
            for n in look.names
        ),
        look.elements,
        look.frames,
    )


def read_look(answer: str) -> Observation:
    """What the script's ``observe`` answered, as an observation; frames are left out."""
    document = _read(answer, "")
    return Observation(
        document.url, document.title, "".join(document.html), document.names, document.elements
    )


class Observer:
    """Observes one window. `trusted`: the site's own ``data-shopper-kind`` is believed."""

    def __init__(
        self, world: PageScript, trusted: bool = False, adapter: Sequence[Rule] = ()
    ) -> None:
        self._world = world
        self._options: dict[str, Any] = {"trusted": trusted}
        if adapter:
            self._options["rules"] = msgspec.to_builtins(tuple(adapter))
        self._frame_of: dict[str, str] = {}
        self._owners: dict[str, tuple[str, int]] = {}
        self._around: dict[str, tuple[str, int]] = {}
        self._left = 0
        self._known: dict[str, int | None] = {}

    async def observe(
        self,
        viewport: bool = False,
        notices: Sequence[PageNotice] = (),
        secrets: Sequence[str] = (),
    ) -> Observation:
        """What can be seen now; the sentences of `notices` are shown on top. `secrets` were typed
        before; where the page shows one again, ``[secret]`` stands in its place.

        Raises:
            PageScriptGone: the document went away while it was looked at.
        """
        self._left = MAX_FRAMES
        options = {**self._options, "viewport": viewport, "secrets": list(secrets)}
        found: dict[str, str] = {}
        seen = await self._look(self._world.main_frame, options, found)
        self._frame_of = found
        told = "".join(f'<p role="alert">{escape(n.text, quote=False)}</p>\n' for n in notices)
        document = seen.document
        return Observation(
            document.url,
            document.title,
            told + seen.html,
            seen.names,
            seen.elements,
            tuple(notices),
        )

    def frame_of(self, name: str) -> str | None:
        """Id of the frame that holds `name` of the last observation; None for the main frame."""
        return self._frame_of.get(name)

    def around(self, frame: str) -> list[tuple[str, int]]:
        """The documents around an observed frame, the main one first: each one's frame id, and the
        key of the iframe element that leads on towards `frame`."""
        levels: list[tuple[str, int]] = []
        while frame != self._world.main_frame:
            levels.insert(0, self._around[frame])
            frame = self._around[frame][0]
        return levels

    async def _look(self, frame: str, options: dict[str, Any], found: dict[str, str]) -> _Seen:
        context = self._world.context_of(frame)
        if self._known.get(frame) != context:  # a document that was not looked at before
            self._known[frame] = context
            await closed_trees.hand_over(self._world, frame)
        answer = await self._world.call("observe", options, frame=frame)
        document = _read(answer, options.get("prefix", ""))
        if not document.frames:
            return _Seen(document, "".join(document.html), document.names, document.elements)
        ids = await self._children(frame, document.frames)
        self._around.update({inner: (frame, key) for key, inner in ids.items()})
        inner = await asyncio.gather(
            *(self._inner(ids.get(at.key), at, options, found) for at in document.frames)
        )
        return _stitch(document, inner)

    async def _inner(
        self, frame: str | None, at: _Frame, options: dict[str, Any], found: dict[str, str]
    ) -> _Seen | None:
        if frame is None or self._left <= 0:
            return None
        self._left -= 1
        placed = {**options, "prefix": at.name, "x": at.x, "y": at.y}
        names: dict[str, str] = {}
        try:
            async with asyncio.timeout(FRAME_DEADLINE):
                seen = await self._look(frame, placed, names)
        except (PageScriptGone, RuntimeError, TimeoutError, msgspec.DecodeError):
            return None
        found.update({e.name: frame for e in seen.document.names} | names)
        return seen

    async def _children(self, parent: str, wanted: Sequence[_Frame]) -> dict[int, str]:
        """Frame ids by the key the parent's script gave to each iframe element."""
        others = [f for f in self._world.frames if f != self._world.main_frame and f != parent]
        owners = await asyncio.gather(*(self._owner(f, parent) for f in others))
        keys = {at.key for at in wanted}
        return {
            key: frame
            for frame, key in zip(others, owners, strict=True)
            if key is not None and key in keys
        }

    async def _owner(self, frame: str, parent: str) -> int | None:
        """The key of the iframe element that shows `frame`, if it stands in `parent`."""
        known = self._owners.get(frame)
        context = self._world.context_of(parent)
        if known is not None and known[0] == f"{parent}:{context}":
            return known[1]
        cdp = self._world.cdp
        try:
            async with asyncio.timeout(FRAME_DEADLINE):
                owner = await cdp.send("DOM.getFrameOwner", {"frameId": frame})
                node = await cdp.send(
                    "DOM.resolveNode",
                    {
                        "backendNodeId": owner["backendNodeId"],
                        "executionContextId": context,
                    },
                )
                if "objectId" not in node["object"]:
                    return None  # the frame stands in another document than `parent`'s
                answer = await cdp.send(
                    "Runtime.callFunctionOn",
                    {
                        "objectId": node["object"]["objectId"],
                        "functionDeclaration": "function () { return __shopper.frameKey(this) }",
                        "returnByValue": True,
                    },
                )
        except (Error, TimeoutError):
            return None  # in another document, or gone
        key = int(answer["result"].get("value", -1))
        self._owners[frame] = (f"{parent}:{context}", key)
        return key


def _stitch(document: _Document, inner: Sequence[_Seen | None]) -> _Seen:
    """The page with what its frames show in their places."""
    pieces = [document.html[0]]
    own = list(document.names)
    names: list[Element] = []
    placed = 0
    elements = document.elements
    for at, seen, after in zip(document.frames, inner, document.html[1:], strict=True):
        if seen is not None and seen.html.strip():
            pieces.append(f'<section name="{escape(at.name)}">\n{seen.html}\n</section>')
            names += own[placed : at.before] + list(seen.names)
            placed = max(placed, at.before)
            elements += seen.elements
        pieces.append(after)
    return _Seen(document, "".join(pieces), (*names, *own[placed:]), elements)
