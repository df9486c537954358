"""What a page replaces by itself: itself by another page, a status line by the next one."""

from __future__ import annotations

import asyncio

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from envs.faults import Fault
from envs.open_page import open_page
from tests.envs.acting.acting import opened, visiting


async def test_a_page_that_leaves_by_itself(browser: Browser, serve) -> None:
    """What was decided on it is not done on the next one, which looks alike."""
    page = """<meta http-equiv=refresh content="1;url=/next"><h1>One moment</h1>
      <button onclick="fetch('/old')">Go on</button>"""
    pages = {"/": page, "/next": "<h1>Basket</h1><button onclick=\"fetch('/new')\">Go on</button>"}
    async with visiting(browser, serve(pages)) as environment:
        await environment.page.wait_for_url("**/next")
        outcome = await environment.act(Click("go_on"))
        assert outcome.fault is Fault.ELEMENT_GONE and not outcome.executed
        assert "Basket" in (await environment.observe()).html


@pytest.mark.browser
@pytest.mark.parametrize("content", ["0;url=/next", "0", "1; url='https://shop.invalid/'"])
async def test_a_saved_page_that_would_leave_stays(tmp_path, content: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<meta http-equiv=refresh content="{content}"><h1>Jug</h1><p>5 EUR</p>')
    async with open_page(page) as look:
        await asyncio.sleep(1.5)
        assert "5 EUR" in (await look()).html


async def test_a_status_line_that_was_replaced_is_over(browser: Browser, serve) -> None:
    page = """<button onclick="go()">Save</button><p role=status id=s></p><script>
      const go = () => { s.textContent = 'Saving the list'; setTimeout(() => { s.textContent = 'Saved'; }, 60); }
      </script>"""
    async with opened(browser) as environment:
        await environment.start(serve({"/": page}))
        await environment.observe()
        assert (await environment.act(Click("save"))).ok
        html = (await environment.observe()).html
        assert "Saved" in html and "Saving the list" not in html
