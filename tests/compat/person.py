"""A person who is recorded: agrees, searches, opens a lamp, closes the window; then another one
whose recording is killed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Error, Page, async_playwright

PORT = 8766
CONSENT = "I agree"
Start = Callable[..., "subprocess.Popen[str]"]


async def shop_as_a_person(start: Start, work: Path, site: str) -> None:
    """Leaves ``recorded.jsonl``, and ``recorded-and-killed.log`` of the killed one."""
    words = ("--user", "ada", "--intent", "a lamp", "--headless", "--devtools", PORT)
    recording = start("record", site, "--out", "recorded.jsonl", *words)
    async with _window() as page:
        await _search_and_look(page)
        await page.close()
    recording.wait(60)
    recording = start("record", site, "--out", "killed.jsonl", *words)
    async with _window() as page:
        await _search_and_look(page)
        recording.send_signal(signal.SIGKILL)
        recording.wait()
    (log,) = work.glob("killed.jsonl.*.log")
    shutil.move(log, work / "recorded-and-killed.log")


@asynccontextmanager
async def _window() -> AsyncIterator[Page]:
    """The window that asks for consent."""
    async with async_playwright() as playwright:
        while True:
            try:
                browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{PORT}")
                break
            except Error:
                await asyncio.sleep(0.1)
        while not (pages := [page for context in browser.contexts for page in context.pages]):
            await asyncio.sleep(0.1)
        yield pages[-1]
        with suppress(Error):
            await browser.close()


async def _search_and_look(page: Page) -> None:
    await page.get_by_role("button", name=CONSENT).click()
    await page.get_by_label("Search").click()
    await page.keyboard.type("red lamp")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search**")
    await page.get_by_role("link", name="Home").click()
    await page.get_by_role("link", name="Lamps").click()
    await page.get_by_role("link", name="Red lamp").click()
    await page.wait_for_url("**/lamp/0")
    await asyncio.sleep(1.0)  # the last look at the page
