"""Where a point of a frame is in the window, and whether a press there gets to the frame.

The pre-flight check gives a point in a frame's own viewport; the mouse needs one in the window's.
"""

from __future__ import annotations

import msgspec
from playwright.async_api import Error

from envs.navigation.tab import Tab
from envs.observation import Viewport


class Spot(msgspec.Struct, frozen=True):
    """A point of the window, in CSS pixels; `covered` says what is there instead of the frame."""

    x: float
    y: float
    viewport: Viewport
    covered: str = ""
    out: bool = False


class _Seen(msgspec.Struct, frozen=True):
    viewport: Viewport
    covered: str
    out: bool


_Quad = list[float]
"""The corners of a frame's content in the window, x and y of each, clockwise from the top left."""

_BLOCKS = ("nearest", "center", "end", "start")


async def place(tab: Tab, frame: str, x: float, y: float, inner: Viewport) -> Spot:
    """The point (`x`, `y`) of a frame's viewport, which is `inner`, as a point of the window.

    The frames around are brought into view if need be, and away from what covers the point.
    """
    spot = await _where(tab, frame, x, y, inner)
    for block in _BLOCKS:
        if not (spot.out or spot.covered):
            break
        for outer, key in tab.observer.around(frame):
            down = y / max(inner.height, 1)
            await tab.world.call("showFrame", key, down, block, frame=outer)
        spot = await _where(tab, frame, x, y, inner)
    return spot


async def _where(tab: Tab, frame: str, x: float, y: float, inner: Viewport) -> Spot:
    corners = await _corners(tab, frame)
    if corners is not None:
        left, top, right, up, _, _, low, down = corners
        across, along = x / max(inner.width, 1), y / max(inner.height, 1)
        x = left + (right - left) * across + (low - left) * along
        y = top + (up - top) * across + (down - top) * along
    levels = [await _at(tab, outer, key, x, y) for outer, key in tab.observer.around(frame)]
    covered = next((level.covered for level in levels if level.covered), "")
    return Spot(x, y, levels[0].viewport, covered, any(level.out for level in levels))


async def _at(tab: Tab, outer: str, key: int, x: float, y: float) -> _Seen:
    """Whether a point of the window is on the frame that `outer` knows by `key`."""
    corners = await _corners(tab, outer)
    answer = await tab.world.call("frameAt", x, y, corners, key, frame=outer)
    return msgspec.json.decode(answer, type=_Seen)


async def _corners(tab: Tab, frame: str) -> _Quad | None:
    """Where the content of a frame is in the window, however deep it is nested, scaled or turned;
    None for the window's own document."""
    if frame == tab.world.main_frame:
        return None
    cdp = tab.world.cdp
    try:
        owner = await cdp.send("DOM.getFrameOwner", {"frameId": frame})
        box = await cdp.send("DOM.getBoxModel", {"backendNodeId": owner["backendNodeId"]})
    except Error:
        return None  # the frame went away; the press will be stopped by its guard
    quad: _Quad = box["model"]["content"]
    return quad
