"""Pointing at what shows more under the pointer, before a page is looked at for the first time.

The page script (`page/hovering.js`) knows where, and keeps what shows.
"""

from __future__ import annotations

import asyncio

import msgspec

from envs.deadline import Deadline
from envs.navigation import recovery
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions

_numbers = msgspec.json.Decoder(list[int]).decode
_point_of = msgspec.json.Decoder(tuple[float, float]).decode
_SHARE = 0.3
"""The part of the time left that it may take."""


async def point_at_all(tabs: Tabs, options: EnvOptions, deadline: Deadline) -> None:
    """Move the pointer to each place of the window where more may show, and away again.

    Raises:
        PageScriptGone: the document went away meanwhile.
        PageHung: its scripts never end.
    """
    tab = tabs.current
    patience = deadline.within(deadline.left * _SHARE)
    try:
        async with asyncio.timeout(options.call_s):
            places = await tab.unless_crashed(tab.world.call("hovering"))
        outer = _numbers(places)
        while outer and not patience.passed:
            async with asyncio.timeout(options.call_s):
                inner = await tab.unless_crashed(_point(tab, outer.pop(0)))
            while inner and not patience.passed:  # the menu that they are in is open
                async with asyncio.timeout(options.call_s):
                    await tab.unless_crashed(_point(tab, inner.pop(0), inner=True))
        async with asyncio.timeout(options.call_s):
            await tab.unless_crashed(move(tab, -1, -1))
    except TimeoutError:
        await recovery.stop_scripts(tabs, options.call_s)


async def _point(tab: Tab, number: int, inner: bool = False) -> list[int]:
    """Point at a place, in an open menu where it is an `inner` one; the places in what shows."""
    if not inner:
        await move(tab, -1, -1)
    place = await tab.world.call("placeOf", number)
    if not place:
        return []
    await move(tab, *_point_of(place))
    return _numbers(await tab.world.call("hovered", number))


async def move(tab: Tab, x: float, y: float) -> None:
    """Move the pointer to a point of the window, in CSS pixels."""
    await tab.world.cdp.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})
