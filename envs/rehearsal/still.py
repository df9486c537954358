"""Pages laid out in a real browser and looked at, without ever being loaded.

A look depends on the page's HTML and the shop's style sheet only, so each distinct page is laid out
once and the look is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from playwright.async_api import Page, Route

from envs.browser.browser import Browser
from envs.observation import Observation
from envs.page.observer import read_look
from envs.page.script import PageScript
from envs.rehearsal.document import Document

_OPTIONS = {"trusted": True, "viewport": False}


class _Answer(msgspec.Struct, frozen=True):
    look: str
    marks: tuple[str, ...]


class Look(msgspec.Struct, frozen=True):
    """What a page shows, and for each name the mark of the element it stands for."""

    seen: Observation
    marks: dict[str, str]


class StillPages:
    """Looks at pages in a few windows of one browser; every look is kept."""

    def __init__(self, windows: list[PageScript]) -> None:
        self._free: asyncio.Queue[PageScript] = asyncio.Queue()
        for window in windows:
            self._free.put_nowait(window)
        self._known: dict[bytes, asyncio.Future[Look]] = {}
        self.looks = 0

    @property
    def distinct(self) -> int:
        """Pages that had to be laid out."""
        return len(self._known)

    async def look(self, document: Document) -> Look:
        """What the page shows."""
        self.looks += 1
        html = document.inner_html
        key = _key(document.lang, document.classes, html)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = asyncio.ensure_future(self._laid_out(document, html))
        look = await known
        placed = msgspec.structs.replace(look.seen, url=document.url, title=document.title)
        return Look(placed, look.marks)

    async def _laid_out(self, document: Document, html: str) -> Look:
        window = await self._free.get()
        try:
            raw = await window.call("lookAtStill", document.lang, document.classes, html, _OPTIONS)
        finally:
            self._free.put_nowait(window)
        answer = msgspec.json.decode(raw, type=_Answer)
        seen = read_look(answer.look)
        names = (element.name for element in seen.names)
        return Look(seen, dict(zip(names, answer.marks, strict=True)))


@asynccontextmanager
async def still_pages(
    browser: Browser, address: str, style: str, windows: int
) -> AsyncIterator[StillPages]:
    """Windows at `address`, with the style sheet `style`, in which pages can be looked at."""
    context = await browser.context()
    frame = f'<!doctype html><html><head><meta charset="utf-8"><style>{style}</style></head>'
    try:
        await context.route("**/*", lambda route: _answer(route, frame))
        pages = [await context.new_page() for _ in range(windows)]
        scripts = await asyncio.gather(*(_opened(page, address) for page in pages))
        yield StillPages(list(scripts))
    finally:
        await context.close()


async def _opened(page: Page, address: str) -> PageScript:
    script = await PageScript.install(page, extra=("still.js",))
    await page.goto(f"{address}/")
    return script


async def _answer(route: Route, frame: str) -> Any:
    if route.request.is_navigation_request():
        return await route.fulfill(body=f"{frame}<body></body></html>", content_type="text/html")
    return await route.abort()


def _key(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
