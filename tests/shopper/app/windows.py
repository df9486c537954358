"""A person's browser at the app: pages, and whether they are accessible."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page

from envs.browser.browser import Browser, ContextOptions
from tests.shopper.app.serving import RunningApp

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "iframes": False,
}


async def let_in(browser: Browser, app: RunningApp) -> BrowserContext:
    """A browser that the app knows."""
    context = await browser.context(ContextOptions())
    name, _, value = app.cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": app.url}])
    context.set_default_timeout(60_000)
    return context


async def press(page: Page, name: str) -> None:
    """A button or a link of this name."""
    await (
        page.get_by_role("button", name=name, exact=True)
        .or_(page.get_by_role("link", name=name, exact=True))
        .first.click()
    )


async def violations(page: Page) -> list[str]:
    found = await Axe().run(page, options=RULES)
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
