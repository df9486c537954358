"""Getting a visit going again: scripts that hang, pages that crash, links that lead nowhere.

Each notes what happened.
"""

from __future__ import annotations

import asyncio

from playwright.async_api import Error

from envs.deadline import Deadline, changed
from envs.errors import PageHung
from envs.faults import Notice
from envs.navigation import start_page
from envs.navigation.settle import Settled, SettleMark, mark, settle
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions

_STOPS = 4


async def stop_scripts(tabs: Tabs, seconds: float) -> None:
    """Stop scripts that keep the page from answering.

    Raises:
        PageHung: it does not answer even so within `seconds`.
    """
    tab = tabs.current
    for _ in range(_STOPS):
        try:
            async with asyncio.timeout(seconds / _STOPS):
                await tab.world.cdp.send("Runtime.terminateExecution")
                await tab.world.cdp.send("Runtime.evaluate", {"expression": "1"})
        except TimeoutError:
            continue  # the next one in the queue may hang as well
        except Error as error:
            if "termination request in progress" not in error.message:
                raise
            await asyncio.sleep(seconds / _STOPS)  # it was asked to stop and does not hear it yet
            continue
        tabs.note(Notice.SCRIPT_STOPPED)
        return
    raise PageHung(f"{tab.page.url} does not answer: its scripts never end")


async def stop_loading(tabs: Tabs, since: SettleMark, seconds: float) -> None:
    """Give up waiting for a page; what is there of it, or the page before it, is looked at."""
    tab = tabs.current
    if not tab.navigating(since.frame):
        tabs.note(Notice.STILL_LOADING)
        return
    tabs.note(Notice.NOT_ARRIVED)
    try:
        async with asyncio.timeout(seconds):
            await tab.world.cdp.send("Page.stopLoading")
            while tab.navigating(since.frame):
                await changed(tabs.changed, seconds)
    except TimeoutError:
        raise PageHung(f"{tab.page.url} cannot be stopped from leaving for another page") from None


def failed(tab: Tab, rest: Settled, explain: start_page.Explain) -> tuple[str, str] | None:
    """The address that a navigation could not open, and why; None where it opened one."""
    if tab.failure is not None:
        url, why = tab.failure
        trouble = explain(url)
        return url, trouble.reason if trouble else start_page.cause(why)
    if rest.replaced and rest.status >= 400:
        trouble = explain(tab.page.url)
        if trouble is not None:
            return tab.page.url, trouble.reason
    return None


async def step_back(tabs: Tabs, options: EnvOptions, deadline: Deadline) -> Settled:
    """Leave a window's error page for the page before it, or close a window that had none."""
    tab = tabs.current
    since = mark(tabs)
    failed_at = tab.page.url
    tab.failure = None
    try:
        await tab.page.go_back(
            wait_until="commit", timeout=min(deadline.left, options.load_s) * 1000
        )
        if tab.page.url == failed_at and tabs.several:
            await tab.page.close()
    except Error:
        tabs.check()
    return await settle(tabs, options, deadline, since)
