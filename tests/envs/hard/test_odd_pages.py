"""Pages out of all proportion, and windows that are set up in ways few are: a visit goes on."""

from __future__ import annotations

import time

import pytest

from envs.actions import Click, Input
from envs.browser.browser import Browser, ContextOptions
from envs.environment import Environment
from envs.errors import DeadlinePassed, PageHung
from tests.envs.acting.acting import name_of, opened, visiting


@pytest.mark.long
async def test_fifty_thousand_options(browser: Browser, serve) -> None:
    page = """<h1>Parts</h1><select aria-label=Part id=list onchange="o.textContent = this.value"></select>
      <p id=o></p><button onclick="document.title = 'on'">Go</button><script>
      list.innerHTML = [...Array(50000).keys()].map(i => '<option>No ' + (i + 1)).join('')</script>"""
    async with visiting(browser, serve({"/": page})) as environment:
        assert len((await environment.observe()).names) == 50_002
        outcome = await environment.act(Click("part.no_49990"))
        assert outcome.ok or outcome.error == "'part.no_49990' could not be chosen"
        await environment.observe()
        assert (await environment.act(Click("go"))).ok


@pytest.mark.slow
async def test_a_listener_on_every_element(browser: Browser, serve) -> None:
    page = """<h1>Jugs</h1><ul id=l></ul><p id=o></p><script>
      l.innerHTML = '<li><div><b>Jug</b> <span>5 EUR</span></div><a href=#>Open</a></li>'.repeat(4000);
      for (const el of document.querySelectorAll('*')) for (const type of ['click', 'mouseenter', 'scroll'])
        el.addEventListener(type, () => { if (type === 'click') o.textContent = 'pressed'; });</script>"""
    began = time.monotonic()
    async with visiting(browser, serve({"/": page})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(seen.names[-1].name))).ok
        assert "pressed" in (await environment.observe()).html
    assert time.monotonic() - began < 30


async def test_three_modals_one_over_the_other(browser: Browser, serve) -> None:
    page = """<h1>Jug</h1><button onclick="a.showModal()">Choose</button>
      <dialog id=a><p>Which size?</p><button onclick="b.showModal()">Guide</button>
        <button onclick="a.close()">Shut sizes</button></dialog>
      <dialog id=b><p>Measure it</p><button onclick="c.showModal()">Help</button>
        <button onclick="b.close()">Shut guide</button></dialog>
      <dialog id=c><p>Call us</p><button onclick="c.close()">Shut help</button></dialog>"""
    told = []
    async with visiting(browser, serve({"/": page})) as environment:
        for name in ("choose", "guide", "help", "shut_help", "shut_guide", "shut_sizes"):
            seen = await environment.observe()
            outcome = await environment.act(Click(name_of(seen, name)))
            assert outcome.ok, outcome.error
            told.append([e.name.split(".")[-1] for e in (await environment.observe()).names])
    assert told == [
        ["guide", "shut_sizes"],
        ["help", "shut_guide"],
        ["shut_help"],
        ["help", "shut_guide"],
        ["guide", "shut_sizes"],
        ["choose"],
    ]


async def test_an_element_every_frame(browser: Browser, serve) -> None:
    page = """<h1>Jug</h1><button onclick="document.title = 'pressed'">Choose</button><div id=d></div><script>
      addEventListener('scroll', () => 0);
      (function more() { d.append(Object.assign(document.createElement('p'), {textContent: 'more'}));
        requestAnimationFrame(more); })()</script>"""
    began = time.monotonic()
    async with visiting(browser, serve({"/": page})) as environment:
        assert (await environment.act(Click("choose"))).ok
        await environment.observe()
        assert await environment.page.title() == "pressed"
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("mode", ["vertical-rl", "vertical-lr", "sideways-lr"])
@pytest.mark.parametrize("on", ["html", "body"])
async def test_vertical_writing(browser: Browser, serve, mode: str, on: str) -> None:
    rows = "".join(f"<p>第{i}段 <a href='/p/{i}'>商品{i}</a></p>" for i in range(60))
    page = f"""<!doctype html><style>{on} {{writing-mode: {mode}}} p {{margin: 1em}}</style><h1>店</h1>{rows}
      <div style="height:200px;width:90px;overflow:auto"><p>箱の中</p>{"<p>次</p>" * 9}
      <button onclick="document.title = '選んだ'">選ぶ</button></div>"""
    async with visiting(browser, serve({"/": page})) as environment:
        seen = await environment.observe()
        assert [f"商品{i}" for i in range(60)] == [e.name for e in seen.names if "商品" in e.name]
        outcome = await environment.act(Click("選ぶ"))
        assert outcome.ok, outcome.error
        assert await environment.page.title() == "選んだ"
        await environment.observe()
        assert (await environment.act(Click("商品59"))).ok
        assert environment.page.url.endswith("/p/59")


SHOP = """<!doctype html>{head}<h1>Jug</h1><p><s>20 EUR</s> <b>15 EUR</b></p><label>Town <input id=t></label>
<div style="height:900px"></div><select aria-label=Size><option>S<option>M</select>
<label><input type=checkbox> Wrap it</label><button onclick="document.title =
'bought ' + t.value + ' ' + document.querySelector('select').value">Choose</button>"""


async def buys(environment: Environment) -> str:
    seen = await environment.observe()
    assert "<s>20 EUR</s>" in seen.html and "15 EUR" in seen.html
    for action in (Input("town", "Linz"), Click("size.m"), Click("wrap_it"), Click("choose")):
        outcome = await environment.act(action)
        assert outcome.ok, outcome.error
        await environment.observe()
    return await environment.page.title()


@pytest.mark.parametrize("on", ["html", "body"])
async def test_a_page_at_three_times_its_size(browser: Browser, serve, on: str) -> None:
    page = SHOP.format(head=f"<style>{on} {{zoom: 3}}</style>")
    async with visiting(browser, serve({"/": page})) as environment:
        assert await buys(environment) == "bought Linz M"


async def test_a_browser_at_three_times_its_size(browser: Browser, serve) -> None:
    """Zoomed so, a window of 1280 by 800 is one of 427 by 267 with three pixels to each of CSS."""
    window = ContextOptions(width=427, height=267)
    async with opened(browser, window) as environment:
        tab = await environment._tabs.open()
        metrics = {"width": 427, "height": 267, "deviceScaleFactor": 3, "mobile": False}
        await tab.world.cdp.send("Emulation.setDeviceMetricsOverride", metrics)
        await environment.start(serve({"/": SHOP.format(head="")}))
        assert await buys(environment) == "bought Linz M"


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"color_scheme": "dark"}], ids=str)
async def test_colours_of_the_system(browser: Browser, serve, media: dict[str, str]) -> None:
    async with visiting(browser, serve({"/": SHOP.format(head="")})) as environment:
        await environment.page.emulate_media(**media)
        assert await buys(environment) == "bought Linz M"


async def test_styles_for_print_are_not_what_is_seen(browser: Browser, serve) -> None:
    head = """<style>@media print {button, b, s, input, select {display: none}} @media screen {.p {display: none}}
      </style><p class=p>On paper</p>"""
    async with visiting(browser, serve({"/": SHOP.format(head=head)})) as environment:
        assert "On paper" not in (await environment.observe()).html
        assert await buys(environment) == "bought Linz M"


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_two_hundred_thousand_links(browser: Browser, serve) -> None:
    page = """<h1>Index</h1><div id=d></div><button onclick="document.title = 'on'">Go</button><script>
      d.innerHTML = [...Array(200000).keys()].map(i => `<a href=/p/${i}>Page ${i}</a> `).join('')</script>"""
    async with visiting(browser, serve({"/": page}), call_s=90.0, step_s=200.0) as environment:
        seen = await environment.observe()
        assert len(seen.by_name) == len(seen.names) == 200_001
        assert (await environment.act(Click("go"))).ok
        await environment.observe()
        assert await environment.page.title() == "on"


async def test_a_page_too_large_for_the_time_there_is(browser: Browser, serve) -> None:
    page = """<h1>Index</h1><div id=d></div><script>
      d.innerHTML = [...Array(60000).keys()].map(i => `<a href=/p/${i}>Page ${i}</a> `).join('')</script>"""
    began = time.monotonic()
    async with opened(browser, call_s=0.4, step_s=3.0) as environment:
        with pytest.raises((DeadlinePassed, PageHung)):
            await environment.start(serve({"/": page}))
    assert time.monotonic() - began < 30
