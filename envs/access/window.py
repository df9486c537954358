"""A window that has what a run brings along: the kept login, cookies, answers to challenges."""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, Error

from envs.access.access import Access, Cookie
from envs.access.challenges import answer
from envs.browser.browser import Browser, ContextOptions
from envs.errors import BrowserGone
from envs.options import EnvOptions


async def open_window(browser: Browser, options: ContextOptions, access: Access) -> BrowserContext:
    """As `Browser.context`, for a site that is not open to everyone. What the gateway carries is
    the gateway's business.

    Raises:
        BadOptions: a setting nobody can honour, the login's included.
        BrowserGone: the browser process has ended.
    """
    state = None if access.state is None else access.state.for_browser
    context = await browser.context(options, state)
    try:
        assert context.browser is not None, "a window of one's own is in a browser of one's own"
        await answer(context.browser, access.credentials)
        if access.cookies:
            await context.add_cookies([_cookie(one) for one in access.cookies])
    except Error as error:
        raise BrowserGone("the browser ended before a window could be opened") from error
    return context


def options_for(access: Access) -> EnvOptions:
    """What a visit's environment has to know of what was brought along."""
    return EnvOptions(
        secrets=access.secrets,
        hidden=access.hidden,
        login=access.login,
        brought="; ".join(access.described),
    )


def _cookie(cookie: Cookie) -> Any:
    """As Playwright takes it; one for https alone never leaves in clear."""
    place = cookie.place
    return {
        "name": cookie.name,
        "value": cookie.value,
        "domain": f".{place.host}" if place.subdomains else place.host,
        "path": "/",
        "secure": place.ports == (443,),
    }
