"""The windows of one customer: which one is looked at, and what happens to them by themselves.

Follows new windows and returns from closed ones, answers dialogs, refuses downloads and file
choosers, and keeps note of all of it for the next observation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Download, Error, Page, Request

from envs.deadline import Clock, Deadline, changed
from envs.errors import BrowserGone, Closed
from envs.faults import Notice, PageNotice
from envs.guard.guard import TransactionGuard
from envs.navigation.dialogs import Dialogs
from envs.navigation.tab import Failure, Tab
from envs.options import EnvOptions
from envs.page.script import TELL

_POPUP_S = 5.0
_END_S = 0.5
_OWN_SCHEMES = frozenset({"http", "https", "about", "blob", "data", "javascript", "file", ""})
"""What the browser opens itself."""


class Tabs:
    """All windows of one context. The last one opened that still exists is the current one."""

    def __init__(self, context: BrowserContext, options: EnvOptions, clock: Clock) -> None:
        self.context = context
        self.options = options
        self.clock = clock
        self.notices: list[PageNotice] = []
        self._tabs: list[Tab] = []
        self._orphan: Failure | None = None
        self._opening = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.guard = (
            None if options.may_order else TransactionGuard(self.note, options.not_purchases)
        )
        """Holds orders back, where none may be placed."""
        self._dialogs = Dialogs(self.note, self.guard)
        self.changed = asyncio.Event()
        if context.browser is not None:
            context.browser.on("disconnected", lambda _: self.changed.set())
        context.on("page", lambda page: self._spawn(self._adopt(page)))
        context.on("requestfailed", self._failed)
        context.on("dialog", lambda dialog: self._spawn(self._dialogs.answer(dialog)))

    @property
    def current(self) -> Tab:
        """The window the customer looks at.

        Raises:
            BrowserGone, Closed: there is none left.
        """
        if not self._tabs:
            self.check()
            raise Closed("the last window of this visit was closed by the page")
        return self._tabs[-1]

    @property
    def all(self) -> tuple[Tab, ...]:
        """Every window, the one looked at last."""
        return tuple(self._tabs)

    @property
    def several(self) -> bool:
        """Whether there is a window to return to."""
        return len(self._tabs) > 1

    @property
    def awaited(self) -> bool:
        """Whether a window was asked for that is not there yet."""
        return self._opening > 0

    async def settled_end(self) -> None:
        """Raise BrowserGone if the windows went because the browser did, which is told later."""
        browser = self.context.browser
        deadline = Deadline(_END_S)
        while browser is not None and browser.is_connected() and not deadline.passed:
            await changed(self.changed, deadline.left)
        self.check()

    def check(self) -> None:
        """Raise BrowserGone if the browser process has ended."""
        browser = self.context.browser
        if browser is not None and not browser.is_connected():
            raise BrowserGone("the browser ended in the middle of the visit")

    def note(self, code: Notice, about: str = "", cause: str = "") -> None:
        """Remember something to tell the customer, once. `about`, `cause`: see `PageNotice.of`."""
        notice = PageNotice.of(code, about, cause)
        if notice not in self.notices:
            self.notices.append(notice)

    def take_notices(self) -> tuple[PageNotice, ...]:
        taken = tuple(self.notices)
        self.notices.clear()
        return taken

    def begin_step(self) -> None:
        self._dialogs.begin_step()
        for tab in self._tabs:
            tab.begin_step()

    async def open(self) -> Tab:
        """A new, empty window, now the current one."""
        page = await self.context.new_page()
        while not any(tab.page is page for tab in self._tabs):
            self.check()
            self.changed.clear()
            await self.changed.wait()
        return self.current

    async def forget_history(self) -> None:
        """Leave no page to go back to, and no other window, from before."""
        for tab in self._tabs[:-1]:
            self._forget(tab.page)
            self._spawn(_close(tab.page))
        await self.current.world.cdp.send("Page.resetNavigationHistory")

    async def replace_crashed(self, crashed: Tab) -> Tab:
        """A new window in place of a crashed one."""
        self._forget(crashed.page)
        self._spawn(_close(crashed.page))
        return await self.open()

    async def wait_for_popup(self, timeout: float) -> None:
        """Until a window asked for is there, or it is clear that it will not come."""
        try:
            async with self.clock.timeout(min(timeout, _POPUP_S)):
                while self.awaited:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            self._opening = 0

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _adopt(self, page: Page) -> None:
        page.on("close", lambda p: self._closed(p))
        page.on("download", lambda d: self._refuse_download(d))
        try:
            tab = await Tab.of(page, self.options, self._popup_asked, self.changed)
            tab.world.cdp.on("Page.fileChooserOpened", lambda _: self.note(Notice.FILE_DECLINED))
            tab.world.cdp.on("Runtime.bindingCalled", self._told)
            tab.world.cdp.on("Page.frameRequestedNavigation", self._other_program)
            await tab.world.cdp.send("Page.setInterceptFileChooserDialog", {"enabled": True})
        except Error:
            self._arrived()  # closed again before it could be looked at
            return
        if not page.is_closed():
            if page.url.startswith("chrome-error:"):
                tab.failure, self._orphan = self._orphan, None
            if self._tabs:
                self.note(Notice.WINDOW_OPENED)
            self._tabs.append(tab)
        self._arrived()
        while len(self._tabs) > self.options.max_tabs:
            # The first is where the visit began; a single window gives way to the new one.
            oldest = self._tabs.pop(0 if self.options.max_tabs == 1 else 1)
            oldest.gone()
            await _close(oldest.page)

    def _popup_asked(self) -> None:
        self._opening += 1
        self.changed.set()

    def _arrived(self) -> None:
        self._opening = max(0, self._opening - 1)
        self.changed.set()

    def _closed(self, page: Page) -> None:
        was_current = bool(self._tabs) and self._tabs[-1].page is page
        self._forget(page)
        if was_current and self._tabs:
            self.note(Notice.WINDOW_CLOSED)
        self.changed.set()

    def _forget(self, page: Page) -> None:
        for tab in self._tabs:
            if tab.page is page:
                tab.gone()
        self._tabs = [tab for tab in self._tabs if tab.page is not page]

    def _failed(self, request: Request) -> None:
        """Remember a navigation that led nowhere."""
        failure = request.failure or ""
        if not request.is_navigation_request() or failure == "net::ERR_ABORTED":
            return
        try:
            frame = request.frame
        except Error:
            self._orphan = (request.url, failure)  # its window is still to come
            return
        for tab in self._tabs:
            if frame == tab.page.main_frame:
                tab.failure = (request.url, failure)
        self.changed.set()

    def _told(self, event: dict[str, Any]) -> None:
        if event["name"] != TELL:
            return
        if event["payload"].startswith("{"):
            if self.guard is not None:
                self.guard.told(event["payload"])
            return
        what, _, about = event["payload"].partition(" ")
        if what == "print":
            self.note(Notice.PRINT_DECLINED)
        elif what == "asked":
            self.note(Notice.PERMISSION_DECLINED, about)

    def _other_program(self, event: dict[str, Any]) -> None:
        """A link to a mail or phone program leads nowhere here."""
        if urlsplit(event["url"]).scheme not in _OWN_SCHEMES:
            self.note(Notice.PROGRAM_DECLINED, event["url"][:200])

    def _refuse_download(self, download: Download) -> None:
        self.note(Notice.DOWNLOAD_DECLINED, download.suggested_filename)
        for tab in self._tabs:
            if tab.page is download.page:
                tab.downloaded()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _close(page: Page) -> None:
    try:
        await page.close()
    except Error:
        return  # it is gone already
