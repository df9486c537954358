"""A choice from a list that did something is never said to have failed, whatever the page made of the
list meanwhile."""

from __future__ import annotations

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from tests.envs.acting.acting import visiting
from tests.website import Reply

LIST = """<h1>Jugs</h1><select aria-label=Sort onchange="{then}">
<option value=best>Best</option><option value=price>Price</option></select><p id=p></p>"""

THEN = {
    "leads to another page": "location = '/sorted?by=' + this.value",
    "takes the choice back and leads on": (
        "const by = this.value; this.selectedIndex = 0; location = '/sorted?by=' + by"
    ),
    "takes the choice back and shows something": "p.textContent = this.value; this.selectedIndex = 0",
    "makes the list anew": (
        "p.textContent = this.value; this.outerHTML = '<select aria-label=Sort><option>Best</select>'"
    ),
}


@pytest.mark.parametrize("then", THEN)
async def test_a_choice_that_did_something(browser: Browser, serve, then: str) -> None:
    pages = {"/": LIST.format(then=THEN[then]), "/sorted": Reply("<p>price</p>", delay=0.3)}
    async with visiting(browser, serve(pages)) as environment:
        outcome = await environment.act(Click("sort.price"))
        assert outcome.ok, outcome.error
        assert "price" in (await environment.observe()).html


async def test_the_next_document_answers(browser: Browser, serve) -> None:
    """Nobody has looked at it yet, so it knows of no option, and its arrival was not heard of."""
    pages = {"/": LIST.format(then=THEN["leads to another page"]), "/sorted": "<p>price</p>"}
    async with visiting(browser, serve(pages)) as environment:
        tab = environment._tabs.current
        call = tab.world.call

        async def late(verb: str, *args, frame: str | None = None) -> str:
            if verb == "chosen":
                await environment.page.wait_for_url("**/sorted?by=price")
                tab._arrivals.clear()
                tab._arrivals.update({tab.world.main_frame: arrivals})
            return await call(verb, *args, frame=frame)

        arrivals = tab.arrived(tab.world.main_frame) // 2
        tab.world.call = late  # type: ignore[method-assign]
        outcome = await environment.act(Click("sort.price"))
        assert outcome.ok, outcome.error
