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


class _Seen(msgspec.Struct, frozen=True):
    viewport: Viewport
    covered: str


async def place(tab: Tab, frame: str, x: float, y: float) -> Spot:
    """The point (`x`, `y`) of a frame's viewport as a point of the window."""
    left, top = await _corner(tab, frame)
    x, y = left + x, top + y
    levels = [await _at(tab, outer, key, x, y) for outer, key in tab.observer.around(frame)]
    covered = next((level.covered for level in levels if level.covered), "")
    return Spot(x, y, levels[0].viewport, covered)


async def _at(tab: Tab, outer: str, key: int, x: float, y: float) -> _Seen:
    """Whether a point of the window is on the frame that `outer` knows by `key`."""
    left, top = await _corner(tab, outer)
    answer = await tab.world.call("frameAt", x - left, y - top, key, frame=outer)
    return msgspec.json.decode(answer, type=_Seen)


async def _corner(tab: Tab, frame: str) -> tuple[float, float]:
    """The top left corner of a frame's content in the window, however deep it is nested."""
    if frame == tab.world.main_frame:
        return 0.0, 0.0
    cdp = tab.world.cdp
    try:
        owner = await cdp.send("DOM.getFrameOwner", {"frameId": frame})
        box = await cdp.send("DOM.getBoxModel", {"backendNodeId": owner["backendNodeId"]})
    except Error:
        return 0.0, 0.0  # the frame went away; the press will be stopped by its guard
    corner = box["model"]["content"]
    return float(corner[0]), float(corner[1])
