"""What shows only under the pointer is seen and can be pressed."""

from __future__ import annotations

import re

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from tests.envs.acting.acting import name_of, opened, visiting
from tests.website import Request

MENU = """<!doctype html><style>
nav li {display: inline-block; position: relative; padding: 9px 40px 9px 0}
.drop {display: none; position: absolute; top: 36px; left: 0; background: #eee}
nav li:hover > .drop, nav li.open > .drop {display: block}
.tile {width: 220px; height: 90px; border: 1px solid} .tile .look {opacity: 0; transition: opacity .2s}
.tile:hover .look {opacity: 1}</style>
<nav><ul>
<li><a href="/jugs">Jugs</a><ul class=drop><li><a href="/jugs/blue">Blue</a></li><li><a href="/jugs/tall">Tall</a></li></ul></li>
<li><span>Cups</span><ul class=drop><li><a href="/cups/tea">For tea</a></li></ul></li>
<li id=more><a href="#">More</a><ul class=drop><li><a href="/more/sale">Sale</a></li></ul></li>
<li id=new><b>New</b></li></ul></nav>
<div class=tile><a href="/p/9">Red jug</a> <button class=look onclick="document.title = 'looked'">Quick look</button></div>
<script>
more.addEventListener('mouseenter', () => more.classList.add('open'));
more.addEventListener('mouseleave', () => more.classList.remove('open'));
document.getElementById('new').onmouseover = ({currentTarget}) => {
  if (!currentTarget.querySelector('a')) currentTarget.insertAdjacentHTML('beforeend', '<a href="/new/bowl">Bowl</a>'); };
</script>"""


def anything(request: Request) -> str:
    return f"<h1>{request.path}</h1>"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (r"jugs\.blue", "/jugs/blue"),
        (r"jugs\.tall", "/jugs/tall"),
        (r"cups\.for_tea", "/cups/tea"),
        (r"more\.sale", "/more/sale"),
        (r"jugs", "/jugs"),
    ],
)
async def test_menus_that_drop_down(browser: Browser, serve, pattern: str, path: str) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": MENU, "*": anything}))
        seen = await environment.observe()
        [name] = [e.name for e in seen.names if re.fullmatch(rf"(.*\.)?{pattern}", e.name)]
        outcome = await environment.act(Click(name))
        assert outcome.ok, outcome.error
        assert f"<h1>{path}</h1>" in (await environment.observe()).html


async def test_a_menu_that_stays_open_is_called_by_what_opens_it(browser: Browser, serve) -> None:
    page = MENU.replace("more.addEventListener('mouseleave'", "more.addEventListener('forget'")
    async with opened(browser) as environment:
        await environment.start(serve({"/": page, "*": anything}))
        seen = await environment.observe()
        assert {"navigation.more.view", "navigation.more.sale"} <= set(seen.by_name)


async def test_buttons_of_a_tile(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": MENU})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(name_of(seen, "quick_look")))).ok
        assert await environment.page.title() == "looked"


async def test_the_pointer_is_taken_away_again(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": MENU})) as environment:
        assert await environment.page.evaluate("document.querySelectorAll('li:hover').length") == 0
        shown = "[...document.querySelectorAll('.drop')].some(e => e.checkVisibility())"
        assert not await environment.page.evaluate(shown)
        html = (await environment.observe()).html
        assert html.index("Jugs") < html.index("Blue") < html.index("Cups") < html.index("For tea")


NESTED = """<!doctype html><style>li {width: 90px} ul ul {position: absolute; left: -999em}
.bar > li {display: inline-block; position: relative} .bar > li:hover > ul {left: 0}
ul ul li {position: relative} ul ul li:hover > ul {left: 100px; top: 0}</style>
<nav><ul class=bar><li><a href="/jugs">Jugs</a><ul><li><a href="/jugs/tall">Tall</a><ul><li>
<a href="/jugs/tall/red">Red</a></li></ul></li><li><a href="/jugs/low">Low</a></li></ul></li></ul></nav>"""

DELEGATED = """<!doctype html><style>.drop {display: none; position: absolute; left: 200px} .open > .drop {display: block}</style>
<nav><ul><li><a href="/jugs">Jugs</a><div class=drop><a href="/jugs/red">Red</a></div></li>
<li><a href="/cups" aria-haspopup=true>Cups</a></li></ul></nav><div style="height:2000px">All</div><script>
document.addEventListener('mouseover', ({target}) => {
  for (const li of document.querySelectorAll('li')) li.classList.toggle('open', li.contains(target));
  const cups = target.closest('[aria-haspopup]');
  if (cups && !document.querySelector('#tea')) cups.parentElement.insertAdjacentHTML('beforeend', '<a id=tea href="/cups/tea">For tea</a>');
  if (!target.closest('li:last-child')) document.querySelector('#tea')?.remove();
});</script>"""


@pytest.mark.parametrize(
    ("page", "pattern", "path"),
    [
        (NESTED, r"jugs\.low", "/jugs/low"),
        (NESTED, r"jugs\.tall\.red", "/jugs/tall/red"),
        (DELEGATED, r"jugs\.red", "/jugs/red"),
        (DELEGATED, r"cups\.for_tea", "/cups/tea"),
    ],
)
async def test_menus_in_menus_and_menus_that_the_page_listens_for(
    browser: Browser, serve, page: str, pattern: str, path: str
) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": page, "*": anything}))
        seen = await environment.observe()
        [name] = [e.name for e in seen.names if re.fullmatch(rf"(.*\.)?{pattern}", e.name)]
        outcome = await environment.act(Click(name))
        assert outcome.ok, outcome.error
        assert f"<h1>{path}</h1>" in (await environment.observe()).html


async def test_what_is_hidden_for_good_is_not_seen(browser: Browser, serve) -> None:
    page = """<!doctype html><style>.a {display: none} .b:hover .c {color: red}</style>
      <ul><li class=b><a href=/x>Jugs</a><div class="a c"><a href=/y>Secret</a></div></li></ul>"""
    async with opened(browser) as environment:
        await environment.start(serve({"/": page}))
        assert [e.name for e in (await environment.observe()).names] == ["jugs"]
