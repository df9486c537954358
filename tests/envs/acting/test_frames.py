"""Clicking in frames: where they lie in the window, and what lies over them."""

from __future__ import annotations

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from tests.envs.acting.acting import name_of, visiting


@pytest.mark.parametrize("sandbox", ["", "sandbox='allow-scripts'"])
async def test_in_nested_frames_of_other_origins(browser: Browser, website, sandbox: str) -> None:
    inner = website(
        {"/": "<button onclick=\"this.textContent='pressed'\" style='margin:30px'>Deep</button>"}
    )
    other = inner.url.replace("127.0.0.1", "localhost")
    middle = website({"/": f"<p>middle</p><iframe src='{other}' {sandbox}></iframe>"})
    outer = website(
        {"/": f"<div style='height:1200px'></div><iframe title=Box src='{middle.url}'></iframe>"}
    )
    async with visiting(browser, outer.url) as environment:
        outcome = await environment.act(Click(name_of(await environment.observe(), "deep")))
        assert outcome.ok, outcome.error
        assert "pressed" in (await environment.observe()).html


FRAME = """<style>body { margin: 0 }</style><button style="width:200px;height:80px"
  onclick="top.document.querySelector('output').textContent += '!Press'">Press</button>"""
LID = "position:fixed;left:0;top:0;width:300px;height:150px;border:0"


async def test_a_frame_that_lies_over_another_is_not_pressed_in_its_stead(
    browser: Browser, serve
) -> None:
    body = f"<output></output><iframe title=Shop src=/shop style='{LID}'></iframe>"
    advert = FRAME.replace("!Press", "!Ad")
    url = serve({"/": body, "/shop": FRAME, "/advert": advert})
    lid = f"<iframe title=Advert src=/advert style='{LID}'></iframe>"
    async with visiting(browser, url) as environment:
        seen = await environment.observe()
        await environment.page.evaluate(
            """html => { document.body.insertAdjacentHTML('beforeend', html);
            return new Promise(done => { document.body.lastElementChild.onload = done }) }""",
            lid,
        )
        outcome = await environment.act(Click(name_of(seen, "press")))
        assert not outcome.executed and 'covered by a frame "Advert"' in (outcome.error or "")
        assert await environment.page.inner_text("output") == ""


async def test_what_lies_over_a_frame_inside_another_is_told(browser: Browser, serve) -> None:
    middle = f"<iframe title=Shop src=/shop style='{LID}'></iframe>"
    outer = f"<output></output><iframe title=Middle src=/middle style='{LID}'></iframe>"
    url = serve({"/": outer, "/middle": middle, "/shop": FRAME})
    async with visiting(browser, url) as environment:
        name = name_of(await environment.observe(), "press")
        assert (await environment.act(Click(name))).ok
        cover = f"<section aria-label=Cookies style='{LID};background:#fff'></section>"
        await environment.page.frame(url=f"{url}/middle").evaluate(
            "html => document.body.insertAdjacentHTML('beforeend', html)", cover
        )
        outcome = await environment.act(Click(name))
        assert not outcome.executed and "Cookies" in (outcome.error or "")
        assert await environment.page.inner_text("output") == "!Press"
