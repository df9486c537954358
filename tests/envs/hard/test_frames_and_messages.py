"""Frames with nothing beside them, strict policies, and messages that are none."""

from __future__ import annotations

import json

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, Glance, Looked, showing

FRAME = """<iframe width=200 height=60 srcdoc="<p>Offer of the day</p>"></iframe>"""
ALONE = ("ul li", "aside", "nav", "table tr td", "section", "dl dd", "fieldset", "article", "form")


@pytest.mark.parametrize("around", ALONE)
async def test_a_frame_alone_in_a_box_is_seen(glance: Glance, around: str) -> None:
    tags = around.split()
    opened = "".join(f"<{tag}>" for tag in tags)
    closed = "".join(f"</{tag}>" for tag in reversed(tags))
    seen = await glance(f"<h1>Lamp</h1>{opened}{FRAME}{closed}<p>12 EUR</p>")
    assert seen.text == "Lamp Offer of the day 12 EUR"


async def test_boxes_around_nothing_are_not_there(glance: Glance) -> None:
    seen = await glance("<h1>Lamp</h1><ul><li><img width=20 height=20></li></ul><p>12 EUR</p>")
    assert seen.html == "<h1>Lamp</h1>\n12 EUR"


async def test_trusted_types_do_not_stop_the_look_or_the_wait(browser: Browser) -> None:
    policy = "require-trusted-types-for 'script'; trusted-types none"
    html = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><button>Add</button>'
    async with showing(browser, {HOME: html}) as looked:
        assert (await looked.see()).names == ["add"]
        rested = json.loads(await looked.world.call("quiet", {"still": 60, "cap": 3000}))
    assert rested["state"] == "quiet"
    assert rested["ms"] < 2000


FOR_READERS = {
    "clipped": "position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)",
    "moved out": "position:absolute;left:-9999px",
    "clip path": "position:absolute;clip-path:inset(50%)",
}


async def after(looked: Looked, script: str) -> str:
    await looked.see()
    await looked.world.call("acted")
    await looked.page.evaluate(script)
    await looked.page.wait_for_timeout(400)
    return (await looked.see()).html


@pytest.mark.parametrize("way", FOR_READERS)
async def test_words_for_screen_readers_are_no_message(browser: Browser, way: str) -> None:
    style = FOR_READERS[way]
    html = "<div id=list>Mugs</div>"
    script = f"""list.innerHTML = '<p>Red mug</p><span style="{style}">Regular price</span>' +
      '<p role=status style="{style}">2 results</p>'"""
    async with showing(browser, {HOME: html}) as looked:
        assert await after(looked, script) == "Red mug"


async def test_a_message_is_told_without_its_hidden_words(browser: Browser) -> None:
    html = "<button>Add</button><div id=toast style='position:fixed;top:0' hidden></div>"
    script = f"""toast.hidden = false;
      toast.innerHTML = 'Added to basket <span style="{FOR_READERS["clipped"]}">Close</span>';
      setTimeout(() => toast.remove(), 200)"""
    async with showing(browser, {HOME: html}) as looked:
        assert '<div role="status">Added to basket</div>' in await after(looked, script)


STALE = {
    "the same box": "<div role=status id=box></div>",
    "a box around it": "<div id=box></div>",
}


@pytest.mark.parametrize("where", STALE)
async def test_a_status_line_that_was_replaced_is_no_message(browser: Browser, where: str) -> None:
    script = """() => { box.innerHTML = '<p role=status>Searching the shop</p>';
      setTimeout(() => { box.innerHTML = '<p>3 mugs</p>' + '<p>Mug</p>'.repeat(90) }, 150) }"""
    async with showing(browser, {HOME: STALE[where]}) as looked:
        html = await after(looked, script)
    assert "Searching" not in html
    assert "3 mugs" in html
