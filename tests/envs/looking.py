"""Opening hand-written pages for the observer's tests: real Chromium, no network needed.

Knows how to show a page, not what is expected of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from playwright.async_api import Page, Route

from envs.browser import Browser, ContextOptions
from envs.observation import Element, Observation
from envs.observer import Observer, Rule
from envs.world import World

HOME = "https://shop.test/"


@dataclass(frozen=True)
class Looked:
    """A page that is shown, and the observer that looks at it."""

    page: Page
    world: World
    observer: Observer

    async def see(self, viewport: bool = False) -> Seen:
        return Seen(await self.observer.observe(viewport=viewport))


@dataclass(frozen=True)
class Seen:
    """An observation with shorthands for what tests ask of it."""

    observation: Observation

    @property
    def html(self) -> str:
        return self.observation.html

    @property
    def names(self) -> list[str]:
        return [element.name for element in self.observation.names]

    @property
    def text(self) -> str:
        return " ".join(BeautifulSoup(self.html, "lxml").get_text(" ").split())

    def element(self, name: str) -> Element:
        return self.observation.by_name[name]

    def kind(self, name: str) -> str:
        return self.element(name).kind

    def tag(self, name: str) -> Tag:
        """The element called `name` in the simplified HTML."""
        found = BeautifulSoup(self.html, "html.parser").find(attrs={"name": name})
        assert isinstance(found, Tag), f"{name} is not in {self.html}"
        return found


Show = Callable[[str], Awaitable[Looked]]
"""Shows a page of its own: ``looked = await show("<h1>Shop</h1>")``."""


@asynccontextmanager
async def showing(
    browser: Browser,
    pages: Mapping[str, str],
    *,
    scripts: bool = True,
    trusted: bool = False,
    adapter: tuple[Rule, ...] = (),
) -> AsyncIterator[Looked]:
    """A window at `HOME`; `pages` maps addresses to HTML, and nothing else can be reached."""
    context = await browser.context(ContextOptions(scripts=scripts))
    try:
        page = await context.new_page()
        world = await World.install(page)

        async def serve(route: Route) -> None:
            html = pages.get(route.request.url)
            if html is None:
                await route.abort()
            else:
                await route.fulfill(body=html, content_type="text/html; charset=utf-8")

        await page.route("**/*", serve)
        await page.goto(HOME, wait_until="load")
        yield Looked(page, world, Observer(world, trusted, adapter))
    finally:
        await context.close()


async def glance(browser: Browser, html: str, **options: bool) -> Seen:
    """What is seen of one page at once."""
    async with showing(browser, {HOME: html}, **options) as looked:
        return await looked.see()
