"""The windows of a visit that may place no order, as the transaction guard needs them.

Joins a visit's windows with what stops requests in their browser, and shows the guard the
documents that a request concerns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from playwright.async_api import Error

from envs.actions import Click, ElementAction, TypeAndSubmit
from envs.errors import LookFailed
from envs.guard.guard import TransactionGuard
from envs.guard.interception import Interception
from envs.guard.scene import Press, Signs
from envs.guard.sockets import guard_sockets
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.page.script import PageScriptGone

_decoder = msgspec.json.Decoder(Signs)


class _Begun(msgspec.Struct, frozen=True):
    """What the page says when an action begins: what a field's Enter presses, what it shows."""

    sends: str = ""
    signs: Signs = Signs()


class GuardedWindows:
    """One guarded visit."""

    def __init__(self, tabs: Tabs) -> None:
        assert tabs.guard is not None
        self._guard: TransactionGuard = tabs.guard
        self._tabs = tabs
        self._context = ""
        self._interception: Interception | None = None
        self._arrived: dict[str, int] = {}
        self.guard.see(self._look)
        self.guard.fresh = self._fresh

    @property
    def guard(self) -> TransactionGuard:
        """Who decides for this visit."""
        return self._guard

    async def begin(self) -> None:
        """From now on what the windows ask for goes by the guard. There is an empty window.

        Raises:
            playwright Error: the browser is gone.
        """
        if self._interception is not None:
            return
        browser = self._tabs.context.browser
        assert browser is not None, "a guarded visit needs a browser of its own to listen to"
        told = await self._tabs.current.world.cdp.send("Target.getTargetInfo")
        self._context = str(told["targetInfo"]["browserContextId"])
        self._interception = await Interception.of(browser)
        self._interception.add(self._context, self)
        await guard_sockets(self._tabs.context, self.guard)

    def end(self) -> None:
        """The visit is over."""
        if self._interception is not None:
            self._interception.remove(self._context)

    async def act(self, action: ElementAction, kind: str) -> None:
        """An action begins: tell the page, and look at what it may lead to."""
        tab = self._tabs.current
        frame = tab.observer.frame_of(action.name) or tab.world.main_frame
        words, free = _spoken(action.name), self.guard.knows(action.name)
        begun = _Begun()
        try:
            answer = await tab.world.call("pressing", action.name, free, frame=frame)
            begun = msgspec.json.decode(answer, type=_Begun)
        except (PageScriptGone, LookFailed, msgspec.DecodeError):
            pass  # the request is looked at again when it comes
        if isinstance(action, TypeAndSubmit) and begun.sends and kind != "search":
            words = begun.sends
        signs: tuple[Signs, ...] = (begun.signs,)
        if frame != tab.world.main_frame:
            signs += await self._look(tab.world.main_frame)
        self._arrived = {f: tab.arrived(f) for tab in self._tabs.all for f in tab.world.frames}
        press = Press(words, kind, typed=not isinstance(action, Click))
        self.guard.begin(press, signs, free=free)

    async def owns(self, frame: str) -> bool:
        """Whether the frame of this id is in one of the windows."""
        for tab in self._tabs.all:
            if frame in tab.world.frames:
                return True
            try:
                told = await tab.world.cdp.send("Page.getFrameTree")
            except Error:
                continue
            if frame in _frames(told["frameTree"]):
                return True
        return False

    def _fresh(self, frame: str) -> bool:
        if not frame:  # a socket's message: nobody knows whose
            return False
        tab = self._tab_of(frame)
        return tab is None or tab.arrived(frame) != self._arrived.get(frame, 0)

    def _tab_of(self, frame: str) -> Tab | None:
        return next((tab for tab in self._tabs.all if frame in tab.world.frames), None)

    async def _look(self, frame: str) -> tuple[Signs, ...]:
        """What the document of `frame`, the one around it and the one looked at show."""
        wanted: dict[str, Tab] = {}
        tab = self._tab_of(frame)
        if tab is not None:
            wanted |= {frame: tab, tab.world.main_frame: tab}
        if self._tabs.all:
            current = self._tabs.all[-1]
            wanted[current.world.main_frame] = current
        found = []
        for at, tab in wanted.items():
            try:
                found.append(_decoder.decode(await tab.world.call("ordering", frame=at)))
            except (PageScriptGone, LookFailed, msgspec.DecodeError):
                continue
        return tuple(found)


def _spoken(name: str) -> str:
    """The words of an element's name: its last part, without the number that tells it from
    others."""
    return re.sub(r"_\d+$", "", name.rpartition(".")[2]).replace("_", " ")


def _frames(tree: dict[str, Any]) -> Iterator[str]:
    yield tree["frame"]["id"]
    for child in tree.get("childFrames", ()):
        yield from _frames(child)
