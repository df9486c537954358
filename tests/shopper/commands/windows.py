"""Commands that open a window, as processes, and hands from outside for that window."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Error, Page, Playwright, async_playwright

START_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def shopper(*arguments: str, **env: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopper", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **env},
    )


@asynccontextmanager
async def attached(port: int, button: str | None = None) -> AsyncIterator[Page]:
    """The last window of the browser that listens at `port`, once it has a `button`, if any."""
    async with async_playwright() as playwright:
        async with asyncio.timeout(START_S):
            browser = await _connected(playwright, port)
            while not (page := await _ready(browser, button)):
                await asyncio.sleep(0.1)
        yield page
        await browser.close()


async def _connected(playwright: Playwright, port: int) -> Browser:
    while True:
        try:
            return await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except Error:
            await asyncio.sleep(0.1)


async def _ready(browser: Browser, button: str | None) -> Page | None:
    pages = [page for context in browser.contexts for page in context.pages]
    if not pages:
        return None
    if button is None or await pages[-1].get_by_role("button", name=button).count():
        return pages[-1]
    return None
