"""Live: pictures only for who looks, two windows, pause and stop, and an app that is killed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Page, expect

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.runs.live.client import connected
from agent.runs.live.messages import Does, Looks, Picture, Said
from envs.browser.browser import Browser
from tests.shopper.app.conftest import StartApp
from tests.shopper.app.serving import RunningApp
from tests.shopper.app.windows import let_in, press, violations
from tests.website import Reply, Request, Website

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]

SOON, LATER = 60_000.0, 180_000.0
PAGE = """<title>Clocks</title><h1>Clocks</h1><a href="/a">A clock</a><a href="/b">B clock</a>
<p id=t></p><script>setInterval(() => { t.textContent = Date.now(); }, 200)</script>"""
_visits = count(1)


def clocks(_: Request) -> Reply:
    """Another page each time, on which nobody is taken for stuck, and not at once: a visit goes on
    for as long as a test looks at it."""
    return Reply(PAGE.replace("<p id=t>", f"<p>Visit {next(_visits)}</p><p id=t>"), delay=0.7)


WALK = [
    {"type": "click", "name": "*clock*", "pick": "random", "reasoning": "I look at this one."}
] * 30 + [{"type": "terminate", "reasoning": "Enough."}]


@pytest.fixture
def walk(tmp_path: Path) -> str:
    path = tmp_path / "walk.json"
    path.write_text(json.dumps(WALK))
    return f"scripted:{path}"


def begin(app: RunningApp, site: str, policy: str, customers: int) -> str:
    """Start a run as the last page of New does; returns its name."""
    status, headers, text = app.post(
        "/new/start",
        site=site,
        policy=policy,
        customers=str(customers),
        intent="a clock",
        wants="all",
    )
    assert status == 303, text
    return headers["location"].rpartition("/")[2]


async def until(holds: Callable[[], object], seconds: float = 150) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds
        await asyncio.sleep(0.2)


def card_there(app: RunningApp, name: str) -> bool:
    return (app.folder / name / "run.json").is_file()


async def open_live(page: Page, app: RunningApp, name: str) -> None:
    await page.goto(f"{app.url}/live/{name}")
    await expect(page.locator(".window img").first).to_be_visible(timeout=LATER)


async def test_the_app_is_killed_and_its_run_goes_on(
    tmp_path: Path,
    start_app: StartApp,
    website: Callable[..., Website],
    browser: Browser,
    walk: str,
) -> None:
    site = website({"/": clocks, "/a": clocks, "/b": clocks}).url
    app = start_app(tmp_path / "runs", "--port", "0")
    name = begin(app, site, walk, 3)
    await until(lambda: card_there(app, name))
    pid = app.folder / ".shopper" / "jobs" / f"{name}.json"
    process = psutil.Process(json.loads(pid.read_text())["pid"])
    app.kill()
    assert process.is_running(), "a run is a process of its own"

    again = start_app(tmp_path / "runs", "--port", "0")
    context = await let_in(browser, again)
    page, other = await context.new_page(), await context.new_page()
    await page.goto(again.url)
    await expect(page.locator(".card.lives")).to_contain_text("Running")
    await page.locator(".card.lives h2 a").click()
    await expect(page.locator(".window img").first).to_be_visible(timeout=LATER)
    await open_live(other, again, name)

    await press(page, "Pause all")
    for window in (page, other):
        await expect(window.get_by_text("Everyone waits")).to_be_visible(timeout=SOON)
    assert not await violations(page)
    alone = await context.new_page()
    await alone.goto(f"{again.url}/live/{name}?customer=customer-0001")
    assert not await violations(alone)
    await alone.close()
    await asyncio.sleep(3)  # everyone finishes the step they are at
    steps = await other.locator(".window .told > p:first-child").all_inner_texts()
    await asyncio.sleep(2)
    assert steps == await other.locator(".window .told > p:first-child").all_inner_texts()
    await page.get_by_role("button", name="Stop customer-0002").click()
    gone = other.locator("[data-customer='customer-0002']")
    await expect(gone).to_contain_text("Failed", timeout=SOON)
    await press(page, "Go on all")
    await expect(other.get_by_text("Everyone waits")).to_be_hidden(timeout=SOON)
    await press(page, "Stop all")
    for window in (page, other):
        await window.wait_for_url("**/run/*", timeout=LATER)
    await context.close()

    folder = RunFolder(again.folder / name)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert read_card(folder).stopped is not None
    ended = finished_sessions(folder)["customer-0002"].end
    assert ended == "error: stopped by whoever watched"
    assert "state-stopped" in again.ask("/")[2]


async def test_pictures_are_taken_while_somebody_looks_and_without_secrets(
    tmp_path: Path, start_app: StartApp, website: Callable[..., Website], walk: str
) -> None:
    shop = {"/": PAGE, "/a": PAGE, "/b": PAGE}
    app = start_app(tmp_path / "runs", "--port", "0")
    name = begin(app, website(shop).url, walk, 1)
    folder = app.folder / name
    await until(lambda: card_there(app, name))
    await until(lambda: any((folder / "screenshots").glob("*/000.jpg")))
    async with connected(folder) as run:
        await run.ask(Does("pause"))
        unseen = await messages(run.said(), 2.0)
        assert not [one for one in unseen if isinstance(one, Picture)], "nobody looks"
        await run.ask(Looks(("customer-0001",)))
        begun = time.monotonic()
        seen = [m for m in await messages(run.said(), 60.0, 3) if isinstance(m, Picture)]
        assert len(seen) == 3, "the page changes five times a second"
        assert time.monotonic() - begun > 0.9, "and a picture comes twice a second at most"
        await run.ask(Looks())
        await messages(run.said(), 1.0)
        after = await messages(run.said(), 2.0)
        assert not [one for one in after if isinstance(one, Picture)]
        await run.ask(Does("stop"))
    await until(lambda: "state-stopped" in app.ask("/")[2])


async def messages(said: AsyncIterator[Said], seconds: float, pictures: int = 1_000) -> list[Said]:
    """What a run says for so long, or until so many pictures have come."""
    heard: list[Said] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for one in said:
                heard.append(one)
                if sum(isinstance(m, Picture) for m in heard) == pictures:
                    break
    return heard


async def test_a_run_that_cannot_begin_says_why(
    tmp_path: Path, start_app: StartApp, website: Callable[..., Website]
) -> None:
    app = start_app(tmp_path / "runs", "--port", "0")
    name = begin(app, "http://127.0.0.1:9/", "scripted:/nowhere.json", 1)
    await until(lambda: "state-failed" in app.ask("/")[2])
    text = app.ask(f"/run/{name}")[2]
    assert "nowhere.json" in text and "Traceback" not in text
    assert app.ask(f"/live/{name}")[0] == 303
