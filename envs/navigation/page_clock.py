"""How long a page took by its own clock, without what we wait to be sure that it is at rest."""

from __future__ import annotations

import asyncio

import msgspec
from playwright.async_api import Error

from envs.navigation.tab import Tab
from envs.page.script import PageScriptGone


class _Clock(msgspec.Struct, frozen=True):
    """Milliseconds to the last change, see `page_clock.js`."""

    opened: float
    answered: float | None = None


async def page_ms(tab: Tab, *, replaced: bool, within: float) -> float | None:
    """Milliseconds until the page's last change: from the start of the navigation where an action
    brought another document (`replaced`), else from the press; 0 where nothing was pressed. None
    where the page does not say so `within` so many seconds."""
    try:
        async with asyncio.timeout(within):
            answer = await tab.unless_crashed(tab.world.call("pageClock"))
    except (TimeoutError, PageScriptGone, Error):
        return None
    clock = msgspec.json.decode(answer, type=_Clock)
    return clock.opened if replaced else clock.answered or 0.0
