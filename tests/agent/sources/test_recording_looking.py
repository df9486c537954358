"""Recording how a person scrolls and goes back, with real input in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from agent.sessions.paper_actions import without_browsing
from envs.actions import Back, Click, Hover, Scroll, Terminate
from envs.browser.browser import Browser
from shopper.commands.record import _consent
from tests.agent.sources.test_recording import job, shopping

TALL = (
    "<title>Shop</title><a href=/mug>Mug</a><div style='height:4000px'></div><a href=/cup>Cup</a>"
)
MUG = "<title>Mug</title><h1>Blue mug</h1>"
STRETCH_S = 1.0


async def test_stretches_of_scrolling_are_merged_and_returns_are_kept(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": TALL, "/mug": MUG, "/cup": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path, actions="full")) as visit:
        page = visit.page
        await page.mouse.move(300, 300)
        for _ in range(3):
            await page.mouse.wheel(0, 400)
            await asyncio.sleep(0.1)
        await asyncio.sleep(STRETCH_S)
        await page.mouse.wheel(0, 300)  # another stretch, the same way
        await asyncio.sleep(STRETCH_S)
        await page.mouse.wheel(0, -5000)
        await asyncio.sleep(STRETCH_S)
        await page.get_by_role("link", name="Mug").click()
        await page.wait_for_url("**/mug")
        await asyncio.sleep(0.5)
        await page.go_back()
        await page.wait_for_url(f"{url}/")
        await visit.until(4)
    session = visit.session
    assert session is not None
    assert [step.action for step in session.steps] == [
        Scroll(direction="down"),
        Scroll(direction="up"),
        Click("mug"),
        Back(),
        Terminate(),
    ]
    down, up, _, back, _ = session.steps
    assert down.viewport is not None and up.viewport is not None
    assert down.viewport.scroll_y == 0 and down.viewport.depth is not None
    assert 0.3 < down.viewport.depth < 1
    assert back.url == f"{url}/mug" and "Blue mug" in back.context
    assert [s.action for s in without_browsing(session).steps] == [Click("mug"), Terminate()]


async def test_what_a_page_scrolls_by_itself_is_nobodys_scroll(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    script = "<script>setInterval(() => scrollBy(0, 200), 100)</script>"
    async with shopping(browser, job(f"{serve({'/': TALL + script})}/", tmp_path, actions="full")):
        await asyncio.sleep(2 * STRETCH_S)
    log = (tmp_path / "log").read_text()
    assert '"scroll"' not in log and '"terminate"' in log


async def test_recordings_of_the_papers_actions_hold_neither(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": TALL, "/mug": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        await visit.page.mouse.wheel(0, 400)
        await asyncio.sleep(STRETCH_S)
        await visit.page.mouse.wheel(0, -400)
        await visit.page.get_by_role("link", name="Mug").click()
        await visit.page.wait_for_url("**/mug")
        await visit.page.go_back()
        await visit.until(1)
    assert visit.session is not None
    assert [s.action for s in visit.session.steps] == [Click("mug"), Terminate()]


async def test_a_return_from_a_page_that_is_not_recorded_is_no_step(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    other = serve({"/": "<title>Another shop</title><h1>Other</h1>"}).replace(
        "127.0.0.1", "localhost"
    )
    url = serve({"/": f"<title>Shop</title><a href='{other}/'>Partner</a>"})
    async with shopping(browser, job(f"{url}/", tmp_path, actions="full")) as visit:
        await visit.page.get_by_role("link", name="Partner").click()
        await visit.page.wait_for_url(f"{other}/")
        await asyncio.sleep(STRETCH_S)
        await visit.page.go_back()
        await visit.page.wait_for_url(f"{url}/")
        await asyncio.sleep(STRETCH_S)
    assert visit.session is not None
    assert [type(step.action) for step in visit.session.steps] == [Click, Terminate]


def test_people_are_told_that_scrolls_are_recorded() -> None:
    assert "scroll" not in _consent(None, "paper")
    assert "- how far you scroll" in _consent(None, "full")


MENUS = """<title>Shop</title>
<style>nav > ul > li {display: inline-block; width: 150px} li ul {display: none} li:hover > ul {display: block; position: absolute}</style>
<nav><ul>
<li><a href=/women>Women</a><ul><li><a href=/dresses>Dresses</a></li><li><a href=/coats>Coats</a></li></ul></li>
<li><a href=/men>Men</a><ul><li><a href=/shirts>Shirts</a></li></ul></li>
<li><button aria-haspopup=menu onmouseenter="late.hidden = false" onmouseleave="late.hidden = true">Help</button></li>
</ul></nav>
<main style='padding-top: 200px'><h1>Goods</h1><p>Some words <a href=/mug>Mug</a> <a href=/cup>Cup</a></p>
<p id=turns><a href=/new>News</a></p></main><div id=late hidden><a href=/returns>Returns</a></div>
<script>let turn = 0; setInterval(() => turns.innerHTML = `<a href=/new${++turn}>News ${turn}</a>`, 600)</script>"""
REST_S = 0.8


async def test_what_people_open_by_resting_the_pointer_is_kept_and_nothing_else(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    """A page that changes by itself all the while: only what the pointer opened is its doing."""
    url = serve({"/": MENUS, "/coats": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path, actions="full")) as visit:
        page = visit.page
        await asyncio.sleep(1)

        async def rest(role: str, name: str, seconds: float = REST_S) -> None:
            box = await page.get_by_role(role, name=name).first.bounding_box()  # type: ignore[arg-type]
            assert box is not None
            await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            await asyncio.sleep(seconds)

        await rest("link", "Cup")  # opens nothing
        await rest("button", "Help")
        await visit.until(1)
        await rest("heading", "Goods")
        await rest("link", "Women")
        await visit.until(2)
        await rest("link", "Coats")  # in what is open
        await rest("link", "Women")  # once more
        await page.get_by_role("link", name="Coats").click()
        await page.wait_for_url("**/coats")
        await visit.until(3)
    session = visit.session
    assert session is not None
    assert [step.action for step in session.steps] == [
        Hover("navigation.help"),
        Hover("navigation.women"),
        Click("navigation.women.coats"),
        Terminate(),
    ]
    for hover, opens in zip(session.steps, ("Returns", "Coats"), strict=False):
        assert opens not in hover.context, "the page is told as it was before"
    assert "Coats" in session.steps[2].context
    papers = without_browsing(session).steps
    assert [s.action for s in papers] == [Click("navigation.women.coats"), Terminate()]


async def test_recordings_of_the_papers_actions_hold_no_hovers(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    async with shopping(browser, job(f"{serve({'/': MENUS})}/", tmp_path)) as visit:
        await visit.page.get_by_role("link", name="Women").hover()
        await asyncio.sleep(REST_S)
    assert visit.session is not None
    assert [step.action for step in visit.session.steps] == [Terminate()]
