"""Looking further without pressing anything: scrolling, resting the pointer, going back, waiting.

The page script (`page/browsing.js`) knows where; the events are real ones: the wheel is turned, the
pointer moved. Nothing here is an order, whatever the page makes of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar, assert_never

import msgspec
from playwright.async_api import Error

from envs.acting import element, human_pace, pointer
from envs.actions import Back, Browsing, Hover, Scroll, Wait
from envs.deadline import Deadline
from envs.faults import ActionFault, Fault
from envs.navigation import recovery
from envs.navigation.eyes import Eyes
from envs.navigation.settle import mark
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.observation import Viewport
from envs.options import EnvOptions
from envs.outcome import Outcome
from envs.page.script import PageScriptGone

T = TypeVar("T")

WAIT_S = 5.0
"""Longest wait for something to change."""
_GLANCES_S = 0.4
"""From one glance to the next while waiting."""
_LEAVES_S = 1.0
"""Longest wait for a window to begin to go back."""
_SEND = "Input.dispatchMouseEvent"
_PAGES = ("http:", "https:", "file:")
_FAULTS = {**element.PREFLIGHT, "nopointer": Fault.NO_POINTER}


class _Wheel(msgspec.Struct, frozen=True):
    """Where the wheel is turned, and by how many pixels."""

    x: float
    y: float
    down: float


class _Scrolled(msgspec.Struct, frozen=True):
    """What scrolling came to, or a key of `_FAULTS`."""

    fault: str = ""
    moved: bool = False
    depth: float | None = None
    viewport: Viewport | None = None


class _Wrong(msgspec.Struct, frozen=True):
    fault: str
    words: str = ""


class BrowsingHands:
    """Looks further in the window that is the current one."""

    def __init__(self, tabs: Tabs, options: EnvOptions, eyes: Eyes) -> None:
        self._tabs = tabs
        self._options = options
        self._eyes = eyes

    async def do(self, action: Browsing, deadline: Deadline) -> Outcome:
        """Carry it out and wait for its effects.

        Raises:
            ActionFailed: it cannot be done; nothing was.
        """
        tab = self._tabs.current
        if tab is not self._eyes.seen_in:
            raise element.ActionFailed(ActionFault.of(Fault.WINDOW_CHANGED))
        try:
            match action:
                case Scroll(name, direction):
                    if name is not None:
                        return await self._to(tab, name, deadline)
                    return await self._turn(tab, direction or "down", deadline)
                case Hover(name):
                    return await self._hover(tab, name, deadline)
                case Back():
                    return await self._back(tab, deadline)
                case Wait():
                    return await self._wait(tab, deadline)
                case _:
                    assert_never(action)
        except PageScriptGone:
            raise element.ActionFailed(ActionFault.of(Fault.PAGE_GONE)) from None

    async def _turn(self, tab: Tab, direction: str, deadline: Deadline) -> Outcome:
        """Turn the wheel in the middle of the window, by about its height."""
        since = mark(self._tabs)
        before = await self._asked(tab, "scrolled", 0)
        turn = msgspec.json.decode(await self._call(tab, "wheel", direction), type=_Wheel)
        event = {"type": "mouseWheel", "x": turn.x, "y": turn.y, "deltaX": 0, "deltaY": turn.down}
        await self._in_time(tab, element.survive(tab.world.cdp.send(_SEND, event)))
        after = await self._asked(tab, "scrolled", turn.down)
        await self._eyes.rest(deadline, since)
        done = Outcome(viewport=_reached(before, after))
        if after.moved:
            return done
        return done.with_fault(ActionFault.of(Fault.NOT_SCROLLED, wanted=direction))

    async def _to(self, tab: Tab, name: str, deadline: Deadline) -> Outcome:
        """Scroll until an element is in the window."""
        frame = tab.observer.frame_of(name)
        since = mark(self._tabs, frame)
        before = await self._asked(tab, "scrolled", 0)
        after = await self._asked(tab, "scrollTo", name, frame=frame)
        if after.fault:
            raise element.ActionFailed(ActionFault.of(_FAULTS[after.fault], name))
        if frame is not None:
            after = await self._asked(tab, "scrolled", 0)
        await self._eyes.rest(deadline, since)
        return Outcome(viewport=_reached(before, after))

    async def _hover(self, tab: Tab, name: str, deadline: Deadline) -> Outcome:
        """Rest the pointer on an element. It stays there, and so what opens by it."""
        frame = tab.observer.frame_of(name)
        since = mark(self._tabs, frame)
        answer = await self._call(tab, "pointAt", name, frame=frame)
        if answer.startswith('{"fault"'):
            wrong = msgspec.json.decode(answer, type=_Wrong)
            fault = ActionFault.of(_FAULTS[wrong.fault], name, found=wrong.words)
            raise element.ActionFailed(fault)
        aimed = msgspec.json.decode(answer, type=element.Aim)
        if frame is not None:
            aimed = await element.in_window(tab, frame, name, aimed)
        if self._options.human_pace:
            await human_pace.move(tab.world.cdp, aimed.x, aimed.y, self._options.seed)
        await element.survive(pointer.move(tab.world.cdp, aimed.x, aimed.y))
        await self._call(tab, "opened", frame=frame)
        await self._eyes.rest(deadline, since)
        return Outcome(box=aimed.box, viewport=aimed.viewport)

    async def _back(self, tab: Tab, deadline: Deadline) -> Outcome:
        """The browser's button; where it is grey, a window that opened over another is closed."""
        since = mark(self._tabs)
        history = await tab.world.cdp.send("Page.getNavigationHistory")
        before = history["entries"][: history["currentIndex"]]
        try:
            if before and before[-1]["url"].startswith(_PAGES):
                entry = {"entryId": before[-1]["id"]}
                await tab.world.cdp.send("Page.navigateToHistoryEntry", entry)
                await self._left(tab, history["currentIndex"], deadline)
            elif self._tabs.several:
                await tab.page.close()
            else:
                raise element.ActionFailed(ActionFault.of(Fault.NO_PAGE_BEFORE))
        except Error:
            self._tabs.check()
        await self._eyes.rest(deadline, since)
        return Outcome()

    async def _left(self, tab: Tab, index: int, deadline: Deadline) -> None:
        """Until the window has begun to go back, in the history or on its way."""
        patience = deadline.within(_LEAVES_S)
        while not patience.passed and not tab.navigating(tab.world.main_frame):
            history = await tab.world.cdp.send("Page.getNavigationHistory")
            if history["currentIndex"] != index:
                return
            await asyncio.sleep(0.02)

    async def _wait(self, tab: Tab, deadline: Deadline) -> Outcome:
        """Until the window shows something else, or another page or window comes."""
        since = mark(self._tabs)
        changed = await self._changes(tab, deadline.within(WAIT_S))
        rest = await self._eyes.rest(deadline, since)
        if changed or rest.replaced:
            return Outcome()
        return Outcome().with_fault(ActionFault.of(Fault.NOTHING_CHANGED, wanted=f"{WAIT_S:g}"))

    async def _changes(self, tab: Tab, patience: Deadline) -> bool:
        """Whether there is anything else to see before `patience` ends, told by looking again and
        again: what is in frames and shadow trees, a value or a button's state counts like words."""
        await self._call(tab, "acted")
        try:
            before = await self._glance(tab)
            while before is not None and not patience.passed:
                await asyncio.sleep(_GLANCES_S)
                if tab is not self._tabs.current:
                    return True
                now = await self._glance(tab)
                if now is not None and now != before:
                    return True
        except PageScriptGone:
            return True  # another page came
        return False

    async def _glance(self, tab: Tab) -> str | None:
        """What the window shows, None when it does not answer."""
        seen = await self._in_time(tab, tab.observer.observe(self._options.viewport_only))
        return None if seen is None else seen.html

    async def _asked(
        self, tab: Tab, verb: str, *args: object, frame: str | None = None
    ) -> _Scrolled:
        answer = await self._call(tab, verb, *args, frame=frame)
        return msgspec.json.decode(answer, type=_Scrolled)

    async def _call(self, tab: Tab, verb: str, *args: object, frame: str | None = None) -> str:
        """What the page answers; scripts that keep it from answering are stopped.

        Raises:
            PageScriptGone: the document went away, or it did not answer.
        """
        answer = await self._in_time(tab, tab.world.call(verb, *args, frame=frame))
        if answer is None:
            raise PageScriptGone("it did not answer")
        return answer

    async def _in_time(self, tab: Tab, work: Awaitable[T]) -> T | None:
        """`work`, or None when the page does not answer."""
        try:
            async with asyncio.timeout(self._options.call_s):
                return await tab.unless_crashed(work)
        except TimeoutError:
            await recovery.stop_scripts(self._tabs, self._options.call_s)
            return None


def _reached(before: _Scrolled, after: _Scrolled) -> Viewport | None:
    """The window as it was, and how far down the page the customer has come."""
    if before.viewport is None:
        return None
    return msgspec.structs.replace(before.viewport, depth=after.depth)
