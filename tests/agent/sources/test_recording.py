"""Recording a person: real mouse and key events in a real browser, and what the session says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from agent.sessions.log import read_session_log
from agent.sessions.session import SECRET, Session, Step
from agent.sources.recording import NoConsent, Recording, record
from envs.actions import Click, Input, Terminate, TypeAndSubmit
from envs.browser.browser import Browser
from envs.recording.consent import NO, YES
from envs.shop import Shop

CONSENT = "May we?\nWe record\n- what you do\n- <what> you see"
WAIT_S = 15.0


class Visit:
    """A recording under way, and the person's hands."""

    def __init__(self, page: Page, steps: list[Step]) -> None:
        self.page = page
        self.steps = steps
        self.session: Session | None = None

    async def until(self, count: int) -> None:
        """Until so many steps are kept."""
        async with asyncio.timeout(WAIT_S):
            while len(self.steps) < count:
                await asyncio.sleep(0.02)


def job(url: str, folder: Path, **more: object) -> Recording:
    defaults: dict[str, object] = {"log": folder / "log", "session_id": "s", "user_id": "u"}
    return Recording(url=url, site="x", consent=CONSENT, **{**defaults, **more})


@asynccontextmanager
async def shopping(browser: Browser, recording: Recording) -> AsyncIterator[Visit]:
    """Agree to be recorded, do what the block does, close the window."""
    steps: list[Step] = []
    before = set(browser._process.contexts)
    work = asyncio.create_task(record(recording, browser, steps.append))
    async with asyncio.timeout(WAIT_S):
        while not (ours := [c for c in browser._process.contexts if c not in before and c.pages]):
            await asyncio.sleep(0.01)
    page = ours[0].pages[0]
    await page.get_by_role("button", name=YES).click()
    await page.wait_for_url(f"{recording.url.rsplit('/', 1)[0]}/**")
    await page.wait_for_load_state("load")
    visit = Visit(page, steps)
    try:
        yield visit
        if not work.done():
            await asyncio.sleep(0.5)  # the last look at the page
            await page.close()
        visit.session = await asyncio.wait_for(work, WAIT_S)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


SHOP = """<title>Shop</title><header><form action="/found" role="search"><input type="search" name="q" aria-label="Search"><button>Go</button></form></header>
<main><h1>Mugs</h1><ul><li><a href="/mug">Blue mug</a> $9 <button onclick="document.title='In the cart'">Add to cart</button></li><li><a href="/cup">Red cup</a> $8 <button>Add to cart</button></li></ul>
<select aria-label="Sort"><option>Best</option><option>Cheapest</option></select>
<label><input type="checkbox" id="gift"> As a gift</label></main>"""
FOUND = '<title>Found</title><h1>Results</h1><p>Results for <b id="q"></b></p><script>q.textContent = new URL(location).searchParams.get("q")</script><a href="/mug">Blue mug</a>'
MUG = "<title>Mug</title><h1>Blue mug</h1><button>Add to cart</button>"


async def test_presses_choices_and_searches_become_steps(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": SHOP, "/found": FOUND, "/mug": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        page = visit.page
        await page.get_by_label("As a gift").click()
        await page.get_by_text("Add to cart").first.click()
        await page.mouse.click(5, 700)  # nothing is there
        await page.get_by_label("Sort").focus()
        await page.keyboard.press("ArrowDown")
        await page.get_by_label("Search").click()
        await page.keyboard.type("bleu mug")
        await page.keyboard.press("Backspace")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/found**")
        await visit.until(4)
        await page.get_by_role("link", name="Blue mug").click()
        await page.wait_for_url("**/mug")
        await visit.until(5)
    session = visit.session
    assert session and session.end == "terminate"
    assert [step.action for step in session.steps] == [
        Click("as_a_gift"),
        Click("blue_mug.add_to_cart"),
        Click("sort.cheapest"),
        TypeAndSubmit("header.search.search_input", "bleu mu"),
        Click("blue_mug"),
        Terminate(),
    ]
    assert [s.kind for s in session.steps][1:] == [
        "cart",
        "filter",
        "search",
        "navigation",
        "leave",
    ]
    for step in session.steps[:-1]:
        assert f'name="{step.action.name}"' in step.context
        assert step.viewport and step.box
    gift, cart, sort, search, mug, leave = session.steps
    assert "checked" not in gift.context and "checked" in cart.context
    assert cart.title == "Shop" and sort.title == "In the cart"
    assert 'value="' not in search.context, "the page as it was before typing"
    assert "Results for" in mug.context and "bleu mu" in mug.context
    assert leave.url.endswith("/mug") and leave.kind == "leave"
    assert read_session_log(tmp_path / "log") == session


async def test_a_search_sent_by_its_button_is_one_action(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": SHOP, "/found": FOUND})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        await visit.page.get_by_label("Search").click()
        await visit.page.keyboard.type("cup")
        await visit.page.get_by_role("button", name="Go").click()
        await visit.until(1)
    assert visit.session
    actions = [step.action for step in visit.session.steps]
    assert actions == [TypeAndSubmit("header.search.search_input", "cup"), Terminate()]


FORM = """<title>Pay</title><h1>Pay</h1><form action="/done"><label>Name <input name="person"></label>
<label>Password <input name="password" type="password"></label><label>Card number <input name="cc"></label>
<label>Note <textarea name="note"></textarea></label><button>Continue</button></form>"""


async def test_secrets_never_leave_the_page(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": FORM, "/done": "<title>Done</title><h1>Done</h1><a href='/'>Back</a>"})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        page = visit.page
        for label, text in (
            *(("Name", "Ada Low"), ("Password", "hunter22"), ("Card number", "4242424242424242")),
            ("Note", "Ring twice"),
        ):
            await page.get_by_label(label).click()
            await page.keyboard.type(text)
        await page.get_by_role("button", name="Continue").click()
        await page.wait_for_url("**/done**")
        await visit.until(5)
        await page.get_by_role("link", name="Back").click()
        await visit.until(6)
    assert visit.session
    typed = {
        s.action.name: s.action.text for s in visit.session.steps if isinstance(s.action, Input)
    }
    assert typed == {
        "continue.name": "Ada Low",
        "continue.password": SECRET,
        "continue.card_number": SECRET,
        "continue.note": "Ring twice",
    }
    assert [s.action for s in visit.session.steps][4:5] == [Click("continue.continue_button")]
    written = (tmp_path / "log").read_bytes()
    assert b"hunter22" not in written and b"4242" not in written
    assert b"Ada" in written


async def test_typed_text_can_be_left_out(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve({"/": SHOP, "/found": FOUND, "/mug": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path, redact="all")) as visit:
        await visit.page.get_by_label("Search").click()
        await visit.page.keyboard.type("Ada's mug")
        await visit.page.keyboard.press("Enter")
        await visit.page.wait_for_url("**/found**")
        await visit.until(1)
        await visit.page.get_by_role("link", name="Blue mug").click()
        await visit.until(2)
    assert visit.session
    assert visit.session.steps[0].action == TypeAndSubmit(
        "header.search.search_input", "[redacted]"
    )
    assert "Results for" in visit.session.steps[1].context
    assert b"Ada" not in (tmp_path / "log").read_bytes()


async def test_frames_and_new_windows_are_recorded(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    inner = '<a href="/mug" target="_top">Offer: blue mug</a>'
    outer = '<h1>Home</h1><a href="/mug" target="_blank">Mug</a><iframe title="Offers" src="/in"></iframe>'
    url = serve({"/": outer, "/in": inner, "/mug": MUG})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        page = visit.page
        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="Mug", exact=True).click()
        popup = await opened.value
        await popup.wait_for_load_state("load")
        await asyncio.sleep(0.5)
        await popup.get_by_role("button").click()
        await visit.until(2)
        await popup.close()
        await page.frame_locator("iframe").get_by_role("link").click()
        await page.wait_for_url("**/mug")
        await visit.until(3)
    assert visit.session
    assert [step.action for step in visit.session.steps] == [
        Click("mug"),
        Click("add_to_cart"),
        Click("offers.offer_blue_mug"),
        Terminate(),
    ]
    first, second, third, _ = visit.session.steps
    assert "Offer: blue mug" in first.context and "Offer: blue mug" in third.context
    assert second.url.endswith("/mug")
    assert visit.session.findings == ()


async def test_other_sites_are_not_recorded(
    browser: Browser, serve: Callable[..., str], tmp_path: Path
) -> None:
    other = serve(
        {"/": '<h1>Elsewhere</h1><a href="/private">My diary</a>', "/private": "Secret life"}
    )
    other = other.replace("127.0.0.1", "localhost")
    url = serve({"/": f'<h1>Home</h1><a href="{other}/">Away</a>'})
    async with shopping(browser, job(f"{url}/", tmp_path)) as visit:
        await visit.page.get_by_role("link").click()
        await visit.page.get_by_role("link", name="My diary").click()
        await visit.page.wait_for_url("**/private")
    assert visit.session
    assert [s.action for s in visit.session.steps] == [Click("away"), Terminate()]
    assert b"diary" not in (tmp_path / "log").read_bytes()


async def test_an_order_ends_the_visit(browser: Browser, shop: Shop, tmp_path: Path) -> None:
    recording = job(shop.entry("a-person"), tmp_path, trusted=True)
    async with shopping(browser, recording) as visit:
        page = visit.page
        await page.get_by_label("Search").first.click()
        await page.keyboard.type("wine glass")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/search**")
        await page.locator("main a.name").first.click()
        await page.wait_for_load_state("load")
        for group in await page.locator("fieldset").all():
            await group.locator("label").first.click()
        await page.get_by_role("button", name="Buy now").click()
        await page.wait_for_url("**/order**")
        async with asyncio.timeout(WAIT_S):
            while not page.is_closed():
                await asyncio.sleep(0.02)
    assert visit.session
    assert visit.session.end == "purchase"
    kinds = [step.kind for step in visit.session.steps]
    assert (kinds[0], kinds[-1]) == ("search", "buy")
    assert set(kinds[1:-1]) <= {"product", "option", "other"}
    assert any(event.type == "order" for event in await shop.events("a-person"))


@pytest.mark.parametrize("how", ["no", "close"])
async def test_nothing_is_recorded_without_consent(
    browser: Browser, serve: Callable[..., str], tmp_path: Path, how: str
) -> None:
    before = set(browser._process.contexts)
    work = asyncio.create_task(record(job(serve({"/": SHOP}), tmp_path), browser))
    async with asyncio.timeout(WAIT_S):
        while not (ours := [c for c in browser._process.contexts if c not in before and c.pages]):
            await asyncio.sleep(0.01)
    page = ours[0].pages[0]
    await page.get_by_text("<what> you see").wait_for()
    assert page.url == "about:blank"
    await (page.get_by_role("button", name=NO).click() if how == "no" else page.close())
    with pytest.raises(NoConsent):
        await asyncio.wait_for(work, WAIT_S)
    assert list(tmp_path.iterdir()) == []
