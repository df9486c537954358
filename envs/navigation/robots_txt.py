"""A window that keeps to what sites ask of robots, for runs that want it.

Every page a window is about to open is looked up in the site's robots.txt. One it disallows is not
asked for: a page that says so is shown in its place, as a customer would meet a closed door. Knows
nothing of what robots.txt looks like.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from html import escape

from playwright.async_api import BrowserContext, Error, Page, Request, Route

from envs.deadline import Clock
from envs.errors import Refused, Unreachable
from envs.gateway.robots import Robots
from envs.navigation.start_page import Explain, unexplained

_CLOSED = "This page is closed to automatic visitors"
_UNKNOWN = (
    "This site does not say whether it is open to automatic visitors: its robots.txt is missing"
)


async def enforce_robots_txt(context: BrowserContext, robots: Robots, clock: Clock) -> None:
    """Have every page and frame of `context` asked for only as robots.txt allows, and pages only
    as often. `clock` stands still while a page waits its turn.

    The browser does not let redirects be looked at on their way, so their targets are not judged.
    """
    given_up = _AbandonedRequests(context)

    async def judge(route: Route) -> None:
        request = route.request
        url = request.url
        if not request.is_navigation_request() or not url.startswith(("http:", "https:")):
            await route.continue_()
        elif await robots.allows(url):
            if _is_page(request):
                with clock.standing_still():
                    await given_up.unless(request, robots.turn(url))
            with suppress(Error):  # nobody may wait for it any more
                await route.continue_()
        else:
            said = _UNKNOWN if await robots.missing(url) else _CLOSED
            page = f"<title>{said}</title><h1>{said}</h1><p>{escape(url)}</p>"
            await route.fulfill(status=403, content_type="text/html; charset=utf-8", body=page)

    await context.route("**/*", judge)


class _AbandonedRequests:
    """Tells which requests are not wanted any more, so that they do not keep a place in a queue."""

    def __init__(self, context: BrowserContext) -> None:
        self._waiting: dict[Request, asyncio.Future[None]] = {}
        context.on("requestfailed", self._end)
        context.on("page", lambda page: page.on("close", self._end_all_of))
        context.on("close", lambda _: self._end_all_of(None))

    async def unless(self, request: Request, work: Awaitable[None]) -> None:
        """`work`, to its end or until `request` is given up."""
        task = asyncio.ensure_future(work)
        self._waiting[request] = over = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        finally:
            task.cancel()
            del self._waiting[request]

    def _end(self, request: Request) -> None:
        over = self._waiting.get(request)
        if over is not None and not over.done():
            over.set_result(None)

    def _end_all_of(self, page: Page | None) -> None:
        for request in tuple(self._waiting):
            if page is None or _page_of(request) is page:
                self._end(request)


def _is_page(request: Request) -> bool:
    """Whether it opens a page, not a frame of one."""
    try:
        return request.frame.parent_frame is None
    except Error:
        return True  # its window is still to come


def _page_of(request: Request) -> Page | None:
    try:
        return request.frame.page
    except Error:
        return None


async def check_start(url: str, robots: Robots, explain: Explain = unexplained) -> None:
    """See that robots.txt lets the start page be opened. `explain` as for `Environment`.

    Raises:
        Unreachable: there is no answer from the site, or none about its robots.txt.
        Refused: robots.txt closes the page.
    """
    if await robots.allows(url):
        return
    if trouble := explain(url):
        raise Unreachable(url, f"{url} could not be opened: {trouble.reason}")
    if missing := await robots.missing(url):
        raise Unreachable(
            url,
            f"the robots.txt of {url} could not be read ({missing}), and without it automatic "
            "visitors stay out: check the address, or run without --respect-robots if it is yours",
        )
    raise Refused(
        url,
        f"the robots.txt of {url} asks automatic visitors to stay out: ask the shop, or run "
        "without --respect-robots if it is yours",
    )
