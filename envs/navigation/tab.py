"""One window: its page, our script in it, and whether it is on its way to another page.

Knows what the browser reports about the window, nothing of other windows or of actions.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from playwright.async_api import Page

from envs.options import EnvOptions
from envs.page.observer import Observer
from envs.page.script import BROWSING, GUARDING, PAGE_CLOCK, SHOWING, PageScript, PageScriptGone

T = TypeVar("T")


Failure = tuple[str, str]
"""An address that could not be opened, and Chromium's ``net::ERR_...`` for it."""


class Tab:
    """A window and the state of its navigation. Use `Tab.of`."""

    def __init__(self, page: Page, world: PageScript, options: EnvOptions, changed: asyncio.Event):
        self.page = page
        self.world = world
        self.observer = Observer(world, trusted=options.own_shop)
        self.changed = changed
        self.navigations = 0
        self.failure: Failure | None = None
        self.closed = False
        self.frames_loading: set[str] = set()
        self._crash: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requested = False
        self._started = False
        self._arrivals: Counter[str] = Counter()

    @classmethod
    async def of(
        cls, page: Page, options: EnvOptions, popup: Callable[[], None], changed: asyncio.Event
    ) -> Tab:
        """Install our script and listen to the window. `changed` is set whenever anything does."""
        extra = (PAGE_CLOCK, BROWSING, SHOWING, *(() if options.may_order else (GUARDING,)))
        world = await PageScript.install(page, extra)
        tab = cls(page, world, options, changed)
        page.on("crash", lambda _: tab._crashed())
        cdp = world.cdp
        for event, react in tab._reactions().items():
            cdp.on(event, react)
        cdp.on("Page.domContentEventFired", lambda _: changed.set())
        cdp.on("Runtime.executionContextCreated", lambda _: changed.set())
        cdp.on("Page.windowOpen", lambda _: popup())
        return tab

    @property
    def crashed(self) -> bool:
        return self._crash.done()

    @property
    def ready(self) -> bool:
        """Whether a document is there that our script can look at."""
        return self.world.main_frame in self.world.frames

    def navigating(self, frame: str) -> bool:
        """Whether the window, or this frame of it, is on its way to another document."""
        return self._requested or self._started or frame in self.frames_loading

    def arrived(self, frame: str) -> int:
        """How many documents have come in a frame, counting those of the window around it."""
        return self._arrivals[frame] + self._arrivals[self.world.main_frame]

    async def unless_crashed(self, work: Awaitable[T]) -> T:
        """What `work` gives; a crashed page never answers.

        Raises:
            PageScriptGone: the page has crashed, or does so first.
        """
        task = asyncio.ensure_future(work)
        try:
            first: set[asyncio.Future[Any]] = {task, self._crash}
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise PageScriptGone("the page crashed")
            return task.result()
        finally:
            # What is given up here may still fail, and nobody is left to be told.
            task.add_done_callback(lambda over: over.cancelled() or over.exception())
            task.cancel()

    def begin_step(self) -> None:
        self.navigations = 0
        self.failure = None

    def gone(self) -> None:
        self.closed = True
        self.changed.set()

    def downloaded(self) -> None:
        """What looked like a navigation was a download: the page stays."""
        self._requested = self._started = False
        self.changed.set()

    def _reactions(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {
            "Page.frameRequestedNavigation": self._on_request,
            "Page.frameClearedScheduledNavigation": self._on_clear,
            "Page.frameStartedNavigating": self._on_start,
            "Page.frameNavigated": self._on_arrival,
            "Page.navigatedWithinDocument": self._on_stay,
            "Page.frameStartedLoading": self._on_loading,
            "Page.frameStoppedLoading": self._on_stop,
            "Page.frameDetached": self._on_stop,
        }

    def _on_request(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame and event["disposition"] == "currentTab":
            self._requested = event["url"].startswith(("http:", "https:"))
            self.changed.set()

    def _on_clear(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame:
            self._requested = False
            self.changed.set()

    def _on_start(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame:
            self._started = "samedocument" not in event["navigationType"].lower()
            self.changed.set()

    def _on_arrival(self, event: dict[str, Any]) -> None:
        frame = event["frame"]["id"]
        self._arrivals[frame] += 1
        if frame == self.world.main_frame:
            self._requested = self._started = False
            self.navigations += 1
            self.frames_loading.clear()
        self.changed.set()

    def _on_stay(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame:
            self._requested = self._started = False
            self.changed.set()

    def _on_loading(self, event: dict[str, Any]) -> None:
        if event["frameId"] != self.world.main_frame:
            self.frames_loading.add(event["frameId"])

    def _on_stop(self, event: dict[str, Any]) -> None:
        self.frames_loading.discard(event["frameId"])
        if event["frameId"] == self.world.main_frame:
            self._requested = self._started = False
        self.changed.set()

    def _crashed(self) -> None:
        if not self._crash.done():
            self._crash.set_result(None)
        self.changed.set()
