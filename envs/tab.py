"""One window: its page, our script in it, and whether it is on its way to another page.

Knows what the browser reports about the window, nothing of other windows or of actions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, Request

from envs.observer import Observer
from envs.options import EnvOptions
from envs.world import World


class Tab:
    """A window and the state of its navigation. Use `Tab.of`."""

    def __init__(self, page: Page, world: World, options: EnvOptions, changed: asyncio.Event):
        self.page = page
        self.world = world
        self.observer = Observer(world, trusted=options.own_shop)
        self.changed = changed
        self.navigating = False
        self.navigations = 0
        self.failure: tuple[str, str] | None = None
        self.crashed = False
        self.closed = False
        self.frames_loading: set[str] = set()

    @classmethod
    async def of(
        cls, page: Page, options: EnvOptions, popup: Callable[[], None], changed: asyncio.Event
    ) -> Tab:
        """Install our script and listen to the window. `changed` is set whenever anything does."""
        world = await World.install(page)
        tab = cls(page, world, options, changed)
        page.on("crash", lambda _: tab._crash())
        page.on("requestfailed", tab._failed)
        cdp = world.cdp
        cdp.on("Page.frameRequestedNavigation", tab._requested)
        cdp.on("Page.frameStartedNavigating", tab._started)
        cdp.on("Page.frameStartedLoading", tab._loading)
        cdp.on("Page.frameStoppedLoading", tab._stopped)
        cdp.on("Page.frameNavigated", tab._navigated)
        cdp.on("Page.navigatedWithinDocument", tab._moved_within)
        cdp.on("Page.domContentEventFired", lambda _: changed.set())
        cdp.on("Runtime.executionContextCreated", lambda _: changed.set())
        cdp.on("Page.windowOpen", lambda _: popup())
        return tab

    @property
    def ready(self) -> bool:
        """Whether a document is there that our script can look at."""
        return self.world.main_frame in self.world.frames

    def begin_step(self) -> None:
        self.navigations = 0
        self.failure = None

    def gone(self) -> None:
        self.closed = True
        self.changed.set()

    def downloaded(self) -> None:
        """What looked like a navigation was a download: the page stays."""
        self.navigating = False
        self.changed.set()

    def _requested(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame and event["disposition"] == "currentTab":
            self.navigating = not event["url"].startswith("javascript:")
            self.changed.set()

    def _started(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame:
            self.navigating = "samedocument" not in event["navigationType"].lower()
            self.changed.set()

    def _navigated(self, event: dict[str, Any]) -> None:
        if event["frame"]["id"] == self.world.main_frame:
            self.navigating = False
            self.navigations += 1
            self.changed.set()

    def _moved_within(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.world.main_frame:
            self.navigating = False
            self.changed.set()

    def _loading(self, event: dict[str, Any]) -> None:
        self.frames_loading.add(event["frameId"])

    def _stopped(self, event: dict[str, Any]) -> None:
        self.frames_loading.discard(event["frameId"])
        if event["frameId"] == self.world.main_frame:
            self.navigating = False
        self.changed.set()

    def _failed(self, request: Request) -> None:
        if not request.is_navigation_request() or request.frame != self.page.main_frame:
            return
        failure = request.failure or ""
        if failure != "net::ERR_ABORTED":
            self.failure = (request.url, failure)
        self.changed.set()

    def _crash(self) -> None:
        self.crashed = True
        self.changed.set()
