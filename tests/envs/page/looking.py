"""Opening hand-written pages for the observer's tests: real Chromium, no network needed.

Knows how to show a page, not what is expected of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from playwright.async_api import Page, Route

from envs.browser.browser import Browser, ContextOptions
from envs.observation import Element, Observation
from envs.page.observer import Observer, Rule
from envs.page.script import PageScript

HOME = "https://shop.test/"


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


@dataclass
class Window:
    """A window in which pages of our own can be shown; nothing else can be reached from it."""

    page: Page
    world: PageScript
    pages: dict[str, str] = field(default_factory=dict)

    async def show(self, pages: Mapping[str, str]) -> None:
        self.pages.clear()
        self.pages.update(pages)
        await self.page.goto(HOME, wait_until="load")

    async def serve(self, route: Route) -> None:
        html = self.pages.get(route.request.url)
        if html is None:
            await route.abort()
        else:
            body = html.encode("utf-8", "surrogatepass")
            await route.fulfill(body=body, content_type="text/html; charset=utf-8")


@dataclass(frozen=True)
class Looked:
    """A page that is shown, and the observer that looks at it."""

    page: Page
    world: PageScript
    observer: Observer

    async def see(self, viewport: bool = False) -> Seen:
        return Seen(await self.observer.observe(viewport=viewport))


Glance = Callable[[str], Awaitable[Seen]]
"""What is seen of one page: ``seen = await glance("<h1>Shop</h1>")``."""


@asynccontextmanager
async def window(browser: Browser) -> AsyncIterator[Window]:
    context = await browser.context(ContextOptions())
    try:
        page = await context.new_page()
        opened = Window(page, await PageScript.install(page))
        await page.route("**/*", opened.serve)
        yield opened
    finally:
        await context.close()


@asynccontextmanager
async def showing(
    browser: Browser,
    pages: Mapping[str, str],
    *,
    trusted: bool = False,
    adapter: tuple[Rule, ...] = (),
) -> AsyncIterator[Looked]:
    """A window of its own at `HOME`; `pages` maps addresses to HTML."""
    async with window(browser) as opened:
        await opened.show(pages)
        yield Looked(opened.page, opened.world, Observer(opened.world, trusted, adapter))
