"""A window that keeps to what sites ask of robots, for runs that want it.

Every page a window is about to open is looked up in the site's robots.txt. One it disallows is not
asked for: a page that says so is shown in its place, as a customer would meet a closed door. Knows
nothing of what robots.txt looks like.
"""

from __future__ import annotations

from html import escape

from playwright.async_api import BrowserContext, Route

from envs.errors import Refused
from envs.gateway.robots import Robots

_CLOSED = "This page is closed to automatic visitors"


async def mind_robots(context: BrowserContext, robots: Robots) -> None:
    """Have every page and frame of `context` asked for only as robots.txt allows, and as often.

    The browser does not let redirects be looked at on their way, so their targets are not judged.
    """

    async def judge(route: Route) -> None:
        url = route.request.url
        if not route.request.is_navigation_request() or not url.startswith(("http:", "https:")):
            await route.continue_()
        elif await robots.allows(url):
            await robots.turn(url)
            await route.continue_()
        else:
            page = f"<title>{_CLOSED}</title><h1>{_CLOSED}</h1><p>{escape(url)}</p>"
            await route.fulfill(status=403, content_type="text/html; charset=utf-8", body=page)

    await context.route("**/*", judge)


async def check_start(url: str, robots: Robots) -> None:
    """Raise Refused if robots.txt closes the start page itself."""
    if not await robots.allows(url):
        raise Refused(
            url,
            f"the robots.txt of {url} asks automatic visitors to stay out: ask the shop, or run "
            "without --respect-robots if it is yours",
        )
