"""Pages that answer Enter in their own way: it is pressed once, and the button only if it did
nothing."""

from __future__ import annotations

import pytest

from envs.actions import TypeAndSubmit
from envs.browser.browser import Browser
from envs.faults import Fault
from tests.envs.acting.acting import name_of, visiting
from tests.website import Reply, Request

SEND = "fetch('/code', { method: 'POST', body: code.value })"
FIELD = "<input id=code aria-label='Gift code'>"
BUTTON = "<button onclick='send()'>Use</button>"
ONCE = {
    "by a key without a form": f"""<div role=form>{FIELD}{BUTTON}</div><script>
      const send = () => {{ {SEND} }}; code.onkeydown = e => {{ if (e.key === 'Enter') send() }}</script>""",
    "without waiting for an answer": f"""<div role=form>{FIELD}{BUTTON}</div><script>
      const send = () => navigator.sendBeacon('/code', code.value);
      code.onkeydown = e => {{ if (e.key === 'Enter') send() }}</script>""",
    "when the key comes up": f"""<div role=form>{FIELD}{BUTTON}</div><script>
      const send = () => {{ {SEND} }}; code.onkeyup = e => {{ if (e.key === 'Enter') send() }}</script>""",
    "in a form, on keypress": f"""<form>{FIELD}{BUTTON}</form><script>
      const send = () => {{ {SEND} }};
      code.onkeypress = e => {{ if (e.key === 'Enter') {{ e.preventDefault(); send() }} }}</script>""",
    "in a form sent by POST, told to nobody": f"""<form method=post action="/code">{FIELD}
      <button>Use</button></form><script>code.onkeydown = e => {{ if (e.key === 'Enter') {{
      e.preventDefault(); setTimeout(() => {{ {SEND} }}, 4500) }} }}</script>""",
}


@pytest.mark.parametrize("case", ONCE)
async def test_a_code_is_sent_once(browser: Browser, website, case: str) -> None:
    site = website({"/": ONCE[case], "/code": Reply("done", delay=0.2)})
    async with visiting(browser, site.url) as environment:
        name = name_of(await environment.observe(), "gift_code")
        outcome = await environment.act(TypeAndSubmit(name, "SPRING"))
        assert outcome.ok, outcome.error
        await environment.page.wait_for_timeout(300)
    assert len([r for r in site.requests if r.path == "/code"]) == (0 if "nobody" in case else 1)


async def test_enter_that_only_goes_on_to_the_next_field_is_no_reason_to_send(
    browser: Browser, website
) -> None:
    page = """<form><input aria-label=Street id=street><input aria-label=Town id=town>
      <button>Order later</button></form><script>street.onkeydown = e => {
        if (e.key === 'Enter') { e.preventDefault(); town.focus() } }</script>"""
    site = website({"/": page})
    async with visiting(browser, site.url) as environment:
        name = name_of(await environment.observe(), "street")
        outcome = await environment.act(TypeAndSubmit(name, "Elm Road 4"))
        assert outcome.ok
        assert await environment.page.evaluate("document.activeElement.id") == "town"
    assert len([r for r in site.requests if r.path == "/"]) == 1


LIVE = """<input type=search id=q placeholder="Find a plant"><ul id=found><li>All plants</li></ul>
<script>let timer; q.oninput = () => { clearTimeout(timer); timer = setTimeout(async () => {
  found.innerHTML = await (await fetch('/plants?q=' + q.value)).text() }, 300) }</script>"""


def plants(request: Request) -> str:
    return f"<li>Two kinds of {request.query['q'][0]}</li>"


async def test_results_that_come_while_typing_are_a_search_that_worked(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": LIVE, "/plants": plants})) as environment:
        outcome = await environment.act(TypeAndSubmit("find_a_plant", "fern"))
        assert outcome.ok, outcome.error
        assert "Two kinds of fern" in (await environment.observe()).html


async def test_one_of_two_search_buttons_is_pressed_for_its_own_field(
    browser: Browser, serve
) -> None:
    box = """<div><input id=q{0} placeholder="{1}"><button onclick="location =
      '/plants?q=' + q{0}.value">Search</button></div>"""
    pages = {"/": box.format(1, "Shops") + box.format(2, "Plants"), "/plants": plants}
    async with visiting(browser, serve(pages)) as environment:
        name = name_of(await environment.observe(), "plants")
        assert (await environment.act(TypeAndSubmit(name, "fern"))).ok
        assert "Two kinds of fern" in (await environment.observe()).html


async def test_a_field_that_does_nothing_is_told(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": "<input placeholder='Find a plant'>"})) as environment:
        outcome = await environment.act(TypeAndSubmit("find_a_plant", "fern"))
        assert outcome.fault is Fault.ENTER_IGNORED


async def test_the_icon_beside_a_field_is_pressed_when_enter_does_nothing(
    browser: Browser, serve
) -> None:
    page = """<div><input id=q placeholder="Find a plant"><span id=go style="cursor:pointer">
      <svg width=18 height=18><circle r=6 cx=8 cy=8 /></svg></span></div><ul id=found></ul><script>
      go.onclick = async () => {
        found.innerHTML = await (await fetch('/plants?q=' + q.value)).text() }</script>"""
    async with visiting(browser, serve({"/": page, "/plants": plants})) as environment:
        name = name_of(await environment.observe(), "find_a_plant")
        outcome = await environment.act(TypeAndSubmit(name, "fern"))
        assert outcome.ok, outcome.error
        assert "Two kinds of fern" in (await environment.observe()).html
