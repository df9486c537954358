"""A study of a shop from nothing to a page that one would send, by clicking only."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from envs.browser.browser import Browser
from tests.shopper.app.conftest import StartApp
from tests.shopper.app.serving import RunningApp
from tests.shopper.app.windows import let_in, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]

SOON, LATER = 60_000.0, 180_000.0


async def make_study(page: Page, title: str, customers: int) -> None:
    """From Home to the start of a study of the embedded shop."""
    await press(page, "New")
    await page.get_by_label("A study").check()
    await press(page, "Look at it")
    await expect(page.get_by_alt_text("The first page of the shop")).to_be_visible(timeout=SOON)
    await expect(page.get_by_label("The page as customers read it")).to_contain_text("<main>")
    await press(page, "Next: people")
    await page.get_by_label("How many customers").fill(str(customers))
    await press(page, "Next: task")
    await page.get_by_label("Title of the study").fill(title)
    await page.get_by_label("What customers are told").fill("a wool sweater")
    await page.get_by_label("they see a page with all of this:").check()
    await page.get_by_label("Words on it").fill("Never to be seen")
    await page.get_by_label("Patience, in actions").fill("9")
    await press(page, "Next: who decides")
    await page.get_by_role("radio", name=re.compile("^synthetic")).check()
    await press(page, "Next: start")
    await expect(page.get_by_label("The study as TOML", exact=True)).to_contain_text(
        f'title = "{title}"'
    )
    await press(page, "Start")
    await page.wait_for_url("**/live/*")


async def download(page: Page, app: RunningApp, name: str) -> bytes:
    """What a link gives to whoever clicks it."""
    async with page.expect_download(timeout=SOON) as coming:
        await page.get_by_role("link", name=name, exact=True).click()
    return app.fetch((await coming.value).url.removeprefix(app.url))


async def test_a_study_is_made_watched_read_compared_and_sent(
    tmp_path: Path, start_app: StartApp, browser: Browser
) -> None:
    app = start_app(tmp_path / "runs", "--port", "0")
    context: BrowserContext = await let_in(browser, app)
    page = await context.new_page()
    troubles: list[str] = []

    def note(error: str) -> None:
        if "Service worker is disabled" not in error:  # Playwright's own script, in our sandbox
            troubles.append(error)

    page.on("pageerror", lambda error: note(str(error)))
    await page.goto(app.url)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Send someone in.")

    await make_study(page, "Before", 2)
    first = page.url.rpartition("/")[2]
    window = page.locator(".window").first
    await expect(window.locator("img")).to_be_visible(timeout=LATER)
    await expect(window.locator(".thought")).not_to_be_empty(timeout=SOON)
    await press(page, "Pause all")
    await expect(page.get_by_text("Everyone waits")).to_be_visible(timeout=SOON)
    await page.locator(".window a[href*=customer]:visible").nth(1).click()
    await expect(page.get_by_label("The page as it is read")).to_contain_text("<", timeout=SOON)
    await page.go_back()
    await press(page, "Go on all")
    await page.wait_for_url("**/run/*", timeout=LATER)

    report = page.frame_locator("iframe")
    await expect(report.get_by_role("heading", level=1)).to_be_visible(timeout=SOON)
    await press(page, "Findings and notes")
    await page.get_by_label("A note").fill("Show this to Anna.")
    await press(page, "Keep it")
    await expect(page.get_by_text("Show this to Anna.")).to_be_visible()
    await press(page, "Ask")
    await page.get_by_label("Your question").fill("What did you search for?")
    await page.locator("form.stack").get_by_role("button", name="Ask").click()
    await expect(page.get_by_role("heading", name="What did you search for?")).to_be_visible(
        timeout=LATER
    )
    await expect(page.get_by_role("link", name=re.compile(r"\[step \d+\]")).first).to_be_visible()
    await press(page, "Send")
    packed = zipfile.ZipFile(io.BytesIO(await download(page, app, "Everything as a zip")))
    names = set(packed.namelist())
    assert {f"{first}/study.html", f"{first}/findings.csv", f"{first}/notes.txt"} <= names
    assert b"Show this to Anna." in packed.read(f"{first}/notes.txt")
    assert not [name for name in names if name.endswith((".jsonl", ".sqlite"))]
    assert b"%PDF" in (await download(page, app, "The report as a PDF"))[:8]

    await make_study(page, "After", 1)
    second = page.url.rpartition("/")[2]
    await page.wait_for_url("**/run/*", timeout=LATER)
    await press(page, "Compare")
    await page.get_by_label("First", exact=True).select_option(first)
    await page.get_by_label("Second", exact=True).select_option(second)
    await page.locator("form").get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("heading", name="Measures")).to_be_visible(timeout=SOON)
    await press(page, "Home")
    await expect(page.locator(".runs > li")).to_have_count(2)
    assert not troubles
    await context.close()
