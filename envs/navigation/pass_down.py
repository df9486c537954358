"""The pass down a page that shows more as one scrolls, before it is looked at.

The page script (`page/pass.js`) knows whether there is anything to go down for and does the going;
this bounds it in time.
"""

from __future__ import annotations

import asyncio

from envs.deadline import Deadline
from envs.navigation import recovery
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions

_SHARE = 0.5
"""The part of the time left that a pass may take: the look comes after it."""


async def pass_down(tabs: Tabs, options: EnvOptions, deadline: Deadline) -> None:
    """Go down the page in the window looked at, as far as something comes by it, and back.

    Raises:
        PageScriptGone: the document went away meanwhile.
        PageHung: its scripts never end.
    """
    seconds = min(options.pass_s, deadline.left * _SHARE)
    tab = tabs.current
    wish = {"cap": seconds * 1000, "still": options.still_ms}
    try:
        async with asyncio.timeout(seconds + options.call_s):
            await tab.unless_crashed(tab.world.call("pass", wish))
    except TimeoutError:
        await recovery.stop_scripts(tabs, options.call_s)
