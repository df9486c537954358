"""Where a frame stands in the window.

The pre-flight check gives a point in a frame's own viewport, the mouse needs one in the window's.
Knows nothing of what is pressed.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import Error

from envs.tab import Tab


async def offset(tab: Tab, frame: str | None) -> tuple[float, float]:
    """Top left corner of a frame's content in the window, in CSS pixels."""
    x = y = 0.0
    if frame is None or frame == tab.world.main_frame:
        return x, y
    tree = await tab.world.cdp.send("Page.getFrameTree")
    for inner in _path(tree["frameTree"], frame):
        left, top = await _corner(tab, inner)
        x, y = x + left, y + top
    return x, y


def _path(node: dict[str, Any], frame: str) -> list[str]:
    """Frame ids from the outermost child frame down to `frame`."""
    for child in node.get("childFrames", ()):
        own = child["frame"]["id"]
        if own == frame:
            return [own]
        if below := _path(child, frame):
            return [own, *below]
    return []


async def _corner(tab: Tab, frame: str) -> tuple[float, float]:
    """A frame's corner in the viewport of the frame around it."""
    cdp = tab.world.cdp
    try:
        owner = await cdp.send("DOM.getFrameOwner", {"frameId": frame})
        box = await cdp.send("DOM.getBoxModel", {"backendNodeId": owner["backendNodeId"]})
    except Error:
        return 0.0, 0.0  # the frame went away; the press will be stopped by its guard
    corner = box["model"]["content"]
    return float(corner[0]), float(corner[1])
