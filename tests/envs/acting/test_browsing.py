"""Looking further without pressing: scroll, hover, back, wait, in a real browser."""

from __future__ import annotations

import asyncio

import pytest

from envs.actions import Back, Click, Hover, Scroll, Wait
from envs.browser.browser import Browser
from envs.browser.devices import window_of
from envs.faults import Fault, Notice
from envs.navigation.eyes import ABOVE, BELOW
from envs.outcome import Outcome
from tests.envs.acting.acting import name_of, opened, visiting
from tests.website import Reply

DOWN, UP = Scroll(direction="down"), Scroll(direction="up")
TALL = "<h1>Top</h1><a href=/a>Near</a><div style=height:3000px></div><a href=/b>Far</a>"


def depth_of(outcome: Outcome) -> float:
    """How far down the page it came."""
    assert outcome.viewport is not None and outcome.viewport.depth is not None
    return outcome.viewport.depth


async def test_a_screen_down_and_up_and_no_further(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": TALL})) as environment:
        first = await environment.act(DOWN)
        assert first.ok and first.executed and 0 < depth_of(first) < 1
        assert await environment.page.evaluate("0 < scrollY && scrollY < innerHeight")
        await environment.observe()
        depths = [depth_of(first)]
        for _ in range(8):
            done = await environment.act(DOWN)
            await environment.observe()
            depths.append(depth_of(done))
            if not done.ok:
                break
        assert done.fault == Fault.NOT_SCROLLED and depths[-1] == 1 and depths == sorted(depths)
        assert (await environment.act(UP)).ok
        await environment.observe()


async def test_scrolling_brings_what_loads_by_it(browser: Browser, serve) -> None:
    more = "<script>addEventListener('scroll', () => { out.textContent = 'more came' })</script>"
    page = f"{TALL}<p id=out></p>{more}"
    async with visiting(browser, serve({"/": page}), pass_s=0) as environment:
        await environment.act(DOWN)
        assert "more came" in (await environment.observe()).html


async def test_scrolling_to_what_is_named(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": TALL}), viewport_only=False) as environment:
        done = await environment.act(Scroll("far"))
        assert done.ok and depth_of(done) == 1
        seen = await environment.page.evaluate(
            "document.querySelector('a[href=\"/b\"]').getBoundingClientRect().top < innerHeight"
        )
        assert seen
        await environment.observe()
        gone = await environment.act(Scroll("nothing"))
        assert gone.fault == Fault.UNKNOWN_NAME and not gone.executed


async def test_a_box_that_scrolls_in_place_of_the_page(browser: Browser, serve) -> None:
    page = f"<div id=app style='position:fixed;inset:0;overflow:auto'>{TALL}</div>"
    async with visiting(browser, serve({"/": page})) as environment:
        done = await environment.act(DOWN)
        assert done.ok and depth_of(done) < 1
        assert await environment.page.evaluate("app.scrollTop > 0")


MENU = """<style>nav ul {{ display: none }} nav:hover ul {{ display: block }}</style>
<nav><button {more}>Shoes</button><ul><li><a href=/boots>Boots</a></li></ul></nav><p>Below</p>"""


async def test_what_opens_under_the_pointer_stays_and_can_be_used(browser: Browser, serve) -> None:
    script = "onmouseenter=\"tip.textContent = 'All kinds of shoes'\""
    page = MENU.format(more=script) + "<p id=tip></p>"
    url = serve({"/": page, "/boots": "<h1>Boots</h1>"})
    async with visiting(browser, url) as environment:
        name = name_of(await environment.observe(), "shoes")
        done = await environment.act(Hover(name))
        assert done.ok and done.executed and done.box is not None and not done.purchase
        seen = await environment.observe()
        assert "All kinds of shoes" in seen.html
        assert (
            await environment.page.evaluate(
                "getComputedStyle(document.querySelector('nav ul')).display"
            )
            == "block"
        )
        assert (await environment.act(Click(name_of(seen, "boots")))).ok
        assert (await environment.observe()).url == f"{url}/boots"


async def test_a_finger_does_not_hover(browser: Browser, serve) -> None:
    url = serve({"/": "<button>Shoes</button>"})
    async with opened(browser, window_of("phone", None, None)) as environment:
        await environment.start(url)
        await environment.observe()
        assert (await environment.act(Hover("shoes"))).fault == Fault.NO_POINTER


async def test_back_as_by_the_browsers_button(browser: Browser, serve) -> None:
    url = serve({"/": "<a href=/b>Go on</a>", "/b": "<h1>There</h1><button>X</button>"})
    async with visiting(browser, url) as environment:
        grey = await environment.act(Back())
        assert grey.fault == Fault.NO_PAGE_BEFORE and not grey.executed
        await environment.observe()
        await environment.act(Click("go_on"))
        await environment.observe()
        assert (await environment.act(Back())).ok
        assert (await environment.observe()).url.rstrip("/") == url


async def test_back_within_a_page_that_draws_itself(browser: Browser, serve) -> None:
    script = """<script>
    const draw = () => { out.textContent = location.search || 'start' };
    onpopstate = () => setTimeout(draw, 50);
    go.onclick = () => { history.pushState({}, '', '?page=2'); draw() };
    draw();</script>"""
    url = serve({"/": f"<button id=go>Go</button><p id=out></p>{script}"})
    async with visiting(browser, url) as environment:
        await environment.act(Click("go"))
        assert "page=2" in (await environment.observe()).html
        assert (await environment.act(Back())).ok
        assert "start" in (await environment.observe()).html


async def test_back_from_a_window_without_a_page_before_closes_it(browser: Browser, serve) -> None:
    url = serve({"/": "<a href=/b target=_blank>Go on</a>", "/b": "<h1>There</h1>"})
    async with visiting(browser, url) as environment:
        await environment.act(Click("go_on"))
        assert "There" in (await environment.observe()).html
        assert (await environment.act(Back())).ok
        seen = await environment.observe()
        assert "Go on" in seen.html and seen.notices is not None
        assert [n.code for n in seen.notices] == [Notice.WINDOW_CLOSED]


async def test_waiting_until_something_changes(browser: Browser, serve) -> None:
    late = "<h1>Shop</h1><p id=out></p><script>setTimeout(() => {{ out.textContent = 'here' }}, {ms})</script>"
    page = late.format(ms=4500)
    async with visiting(browser, serve({"/": page}), late_ms=100) as environment:
        assert "here" not in (await environment.observe()).html
        assert (await environment.act(Wait())).ok
        assert "here" in (await environment.observe()).html
        vain = await environment.act(Wait())
        assert vain.fault == Fault.NOTHING_CHANGED and 4000 < vain.settle_ms < 9000


SHADOW = "<my-box></my-box><script>const box = document.querySelector('my-box').attachShadow({mode: 'open'})</script>"


@pytest.mark.parametrize(
    ("shown", "change"),
    [
        (SHADOW, "box.innerHTML = '<p>here</p>'"),
        ("<iframe id=frame srcdoc='<p>old</p>'></iframe>", "frame.srcdoc = '<p>here</p>'"),
        ("<input id=count value=1>", "count.value = 'here'"),
        ("<button id=buy disabled>Buy</button>", "buy.disabled = false"),
    ],
)
async def test_whatever_is_seen_ends_waiting(
    browser: Browser, serve, shown: str, change: str
) -> None:
    page = f"<h1>Shop</h1>{shown}<script>setTimeout(() => {{ {change} }}, 4500)</script>"
    async with visiting(browser, serve({"/": page}), late_ms=100) as environment:
        before = (await environment.observe()).html
        assert (await environment.act(Wait())).ok
        assert (await environment.observe()).html != before


async def test_waiting_for_a_page_that_goes_on_by_itself(browser: Browser, serve) -> None:
    on = "<p>Wait</p><script>setTimeout(() => { location = '/b' }, 3500)</script>"
    url = serve({"/": on, "/b": "<h1>There</h1>"})
    async with visiting(browser, url, late_ms=100) as environment:
        assert (await environment.act(Wait())).ok
        assert "There" in (await environment.observe()).html


async def test_only_what_is_in_the_window_is_seen_and_scrolling_finds_the_rest(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": TALL}), viewport_only=True) as environment:
        names: list[list[str]] = [["near"]]
        for _ in range(8):
            if not (await environment.act(DOWN)).ok:
                break
            names.append(list((await environment.observe()).by_name))
        assert names[0] == ["near"] and names[-1] == ["far"] and [] in names


FILLS = "<div style='position:fixed;inset:0;overflow:auto'>{inner}</div>"
DRAWER = (
    "<h1>Top</h1><div style='height:3000px'>Shelf</div>"
    "<div style='position:fixed;inset:0;background:rgba(0,0,0,.5)'></div><div role=dialog "
    "aria-modal=true style='position:fixed;right:0;top:0;width:300px;height:100%;overflow:auto;"
    "background:#fff'>{inner}</div>"
)
DIALOG = (
    "<h1>Top</h1><div style='height:3000px'>Shelf</div><dialog id=d style='width:300px;height:300px;"
    "overflow:auto'>{inner}</dialog><script>d.showModal(); d.scrollTop = 0</script>"
)
INNER = "<h2>Cart</h2><div style='height:1500px'></div><button>Checkout</button>"


@pytest.mark.parametrize("layer", [FILLS, DRAWER, DIALOG])
async def test_a_window_goes_on_where_the_wheel_does(browser: Browser, serve, layer: str) -> None:
    page, window = layer.format(inner=INNER), {"viewport_only": True, "told_where": True}
    async with visiting(browser, serve({"/": page}), **window) as environment:
        seen = await environment.observe()
        assert BELOW in seen.html and ABOVE not in seen.html and not seen.names
        for _ in range(12):
            if not (done := await environment.act(DOWN)).ok:
                break
            seen = await environment.observe()
        assert done.fault == Fault.NOT_SCROLLED
        assert ABOVE in seen.html and BELOW not in seen.html
        assert (await environment.act(Click(name_of(seen, "checkout")))).ok
        assert await environment.page.evaluate("scrollY") == 0


ORDERS = """<h1>Checkout</h1><p>Review your order. Total: $20</p>
<p>Card number <input name=cardnumber autocomplete=cc-number value=''></p>
<button id=b>Place order</button>
<script>const order = () => fetch('/order/place', {method: 'POST', body: 'confirm=1'});
b.onmouseenter = order; onpopstate = order; addEventListener('scroll', order);</script>
<div style=height:3000px></div>"""


@pytest.mark.parametrize("how", ["hover", "scroll", "back"])
async def test_looking_further_never_orders(browser: Browser, serve, how: str) -> None:
    placed: list[str] = []

    def order(request) -> Reply:
        placed.append("an order")
        return Reply("ok")

    url = serve({"/": ORDERS, "/order/place": order})
    async with visiting(browser, url, pass_s=0) as environment:
        seen = await environment.observe()
        if how == "back":
            await environment.page.evaluate("history.pushState({}, '', '?b')")
        buy = name_of(seen, "place_order")
        action = {"hover": Hover(buy), "scroll": DOWN, "back": Back()}[how]
        done = await environment.act(action)
        await asyncio.sleep(0.3)
        assert not done.purchase and done.held is None
    assert not placed
