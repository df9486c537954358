"""Closed shadow trees that stand in the HTML itself.

Those a script makes are handed over as they are made (`shadows.js`). Of these no script in the page
ever hears; only the debugger sees them, and asking it for the whole document is slow. So it is
asked only where the document's own text has such a tree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from playwright.async_api import Error

from envs.page.script import PageScript

DEADLINE = 1.5
"""Seconds the debugger has to answer before the trees are left out."""

_MARK = r"shadowrootmode\s*=\s*[\"']?closed"


async def hand_over(world: PageScript, frame: str) -> None:
    """Give the closed trees in the HTML of `frame` to our script in it."""
    context = world.context_of(frame)
    if context is None:
        return
    try:
        async with asyncio.timeout(DEADLINE):
            if await _has_any(world, frame):
                await _give(world, frame, context)
    except (Error, TimeoutError):
        return  # the document is gone, or a frame of another process that cannot be asked


async def _has_any(world: PageScript, frame: str) -> bool:
    address = await world.call("address", frame=frame)
    wish = {"frameId": frame, "url": address, "query": _MARK, "isRegex": True}
    found = await world.cdp.send("Page.searchInResource", wish)
    return bool(found["result"])


async def _give(world: PageScript, frame: str, context: int) -> None:
    document = await world.cdp.send("DOM.getDocument", {"depth": -1, "pierce": True})
    for root in _closed(document["root"]):
        wish = {"backendNodeId": root["backendNodeId"], "executionContextId": context}
        with suppress(Error, KeyError):  # it stands in another frame
            node = await world.cdp.send("DOM.resolveNode", wish)
            take = {
                "objectId": node["object"]["objectId"],
                "functionDeclaration": "function () { __shopper.takeTree(this) }",
            }
            await world.cdp.send("Runtime.callFunctionOn", take)


def _closed(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The closed shadow roots in a document as the debugger tells it."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at.get("shadowRootType") == "closed":
            yield at
        for kind in ("children", "shadowRoots"):
            waiting.extend(at.get(kind, ()))
        if "contentDocument" in at:
            waiting.append(at["contentDocument"])
