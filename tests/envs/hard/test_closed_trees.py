"""Closed shadow trees are seen and pressed as open ones are; parts of a picture are pressed where they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from envs.actions import Click, Input
from envs.browser.browser import Browser
from envs.environment import Environment
from tests.website import Route, Website

CLOSED = """<h1>Rug</h1><p id=said></p><x-tile></x-tile><script>
customElements.define('x-tile', class extends HTMLElement {
  constructor() { super(); const root = this.attachShadow({mode: 'closed'});
    root.innerHTML = '<p>Wool rug, 40 EUR</p><label>Pieces <input></label><button>Take it</button>';
    root.querySelector('button').onclick = () => said.textContent = 'taken ' + root.querySelector('input').value }})
</script>"""

Serve = Callable[[Mapping[str, Route]], Website]


async def test_a_closed_tree_is_seen_and_pressed(browser: Browser, website: Serve) -> None:
    environment = Environment(await browser.context())
    try:
        await environment.start(website({"/": CLOSED}).url)
        seen = await environment.observe()
        assert "Wool rug, 40 EUR" in seen.html
        assert [element.name for element in seen.names] == ["pieces", "take_it"]
        assert (await environment.act(Input("pieces", "3"))).ok
        await environment.observe()
        assert (await environment.act(Click("take_it"))).ok
        assert "taken 3" in (await environment.observe()).html
    finally:
        await environment.close()


DECLARED = """<h1>Rugs</h1><p id=said></p><div><template shadowrootmode="closed"><p>Jute rug, 30 EUR</p>
  <button onclick="document.getElementById('said').textContent = 'taken'">Take it</button>
  <section><template shadowrootmode=closed><a href="/care">Care</a></template></section></template></div>"""


async def test_a_closed_tree_that_stands_in_the_html(browser: Browser, website: Serve) -> None:
    environment = Environment(await browser.context())
    try:
        pages = {"/": DECLARED, "/care": "<h1>Wash it</h1>" + DECLARED.replace("Take it", "Buy")}
        await environment.start(website(pages).url)
        seen = await environment.observe()
        assert "Jute rug, 30 EUR" in seen.html
        assert [element.name for element in seen.names] == ["take_it", "care"]
        assert (await environment.act(Click("take_it"))).ok
        assert "taken" in (await environment.observe()).html
        assert (await environment.act(Click("care"))).ok
        assert [element.name for element in (await environment.observe()).names] == ["buy", "care"]
    finally:
        await environment.close()


async def test_a_page_cannot_tell_that_trees_are_noted(browser: Browser, website: Serve) -> None:
    html = """<p id=said></p><script>const host = document.createElement('div');
      const root = host.attachShadow({mode: 'closed'});
      said.textContent = [host.shadowRoot, root.childNodes.length,
        /native code/.test(Element.prototype.attachShadow)].join()</script>"""
    environment = Environment(await browser.context())
    try:
        await environment.start(website({"/": html}).url)
        assert ",0,true" in (await environment.observe()).html
    finally:
        await environment.close()


async def test_a_part_of_a_picture_is_pressed(browser: Browser, website: Serve) -> None:
    html = """<div style="height:1500px"></div><img usemap="#plan" width=240 height=120 alt=Plan
      src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"><map name=plan>
      <area coords="0,0,120,120" href="/hall" alt=Hall><area shape=circle coords="180,60,50" href="/attic" alt=Attic></map>"""
    environment = Environment(await browser.context())
    try:
        await environment.start(website({"/": html, "*": lambda r: f"<h1>{r.path}</h1>"}).url)
        await environment.observe()
        assert (await environment.act(Click("attic"))).ok
        assert "/attic" in (await environment.observe()).html
    finally:
        await environment.close()
