"""A visit as a whole: start, settling, windows, dialogs, the purchase guard."""

from __future__ import annotations

import pytest

from envs.actions import Click, Terminate, TypeAndSubmit
from envs.browser.browser import Browser, ContextOptions
from envs.errors import BadOptions
from envs.observation import Observation
from tests.envs.acting.acting import name_of, opened, visiting
from tests.website import Reply


async def test_look_and_act(browser: Browser, serve) -> None:
    url = serve({"/": "<a href=/b>Go on</a>", "/b": "<title>B</title><h1>There</h1>"})
    async with visiting(browser, url) as environment:
        outcome = await environment.act(Click("go_on"))
        assert outcome.ok and outcome.settle_ms > 0 and outcome.error is None
        seen = await environment.observe()
        assert seen.url == f"{url}/b" and seen.title == "B" and "There" in seen.html
        left = await environment.act(Terminate())
        assert left.ok and left.kind == "leave"


LATE = {
    "a timer": "setTimeout(show, 1000)",
    "a fetch": "fetch('/slow').then(r => r.text()).then(show)",
    "an XMLHttpRequest": """x = new XMLHttpRequest(); x.open('GET', '/slow');
                            x.onload = show; x.send()""",
    "two requests in a row": "fetch('/slow').then(() => fetch('/slow')).then(show)",
    "an animation frame": "requestAnimationFrame(() => requestAnimationFrame(show))",
    "a script that loads late": "s = document.createElement('script'); s.src = '/slow.js'; "
    "document.head.append(s)",
}


@pytest.mark.parametrize("how", LATE)
@pytest.mark.parametrize("when", ["load", "click"])
async def test_late_content_is_waited_for(browser: Browser, serve, how: str, when: str) -> None:
    show = "show = () => { out.textContent = 'it is here' };"
    run = f"{show} start = () => {{ {LATE[how]} }};"
    call = "start()" if when == "load" else ""
    page = f"<p id=out></p><button onclick='start()'>Start</button><script>{run}{call}</script>"
    url = serve(
        {"/": page, "/slow": Reply("ok", delay=0.6), "/slow.js": Reply("show()", delay=0.6)}
    )
    async with visiting(browser, url) as environment:
        if when == "click":
            assert (await environment.act(Click("start"))).ok
        assert "it is here" in (await environment.observe()).html


async def test_a_page_that_has_drawn_nothing_yet_is_waited_for(browser: Browser, serve) -> None:
    draw = "setInterval(() => { app.innerHTML = '<h1>Hi</h1>' }, 300)"
    page = f"<div id=app></div><script>{draw}</script>"
    async with visiting(browser, serve({"/": page})) as environment:
        assert "Hi" in (await environment.observe()).html


async def test_a_menu_that_slides_in_is_waited_for(browser: Browser, serve) -> None:
    page = """<style>nav { position: fixed; left: -300px; width: 300px; transition: left .4s }
      .open { left: 0 } button { margin-left: 400px }</style><nav id=menu><a href=#a>Lamps</a></nav>
      <button onclick="menu.className = 'open'">Menu</button>"""
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.act(Click("menu"))
        assert (await environment.act(Click(name_of(await environment.observe(), "lamps")))).ok


async def test_a_slow_page_is_waited_for(browser: Browser, serve) -> None:
    url = serve({"/": "<a href=/b>Go</a>", "/b": Reply("<h1>There</h1>", delay=1.2)})
    async with visiting(browser, url) as environment:
        await environment.act(Click("go"))
        assert "There" in (await environment.observe()).html


async def test_endless_restyling_and_polling_do_not_hold_the_visit_up(
    browser: Browser, serve
) -> None:
    page = """<p id=p>text</p><button>Press</button><script>
    tick = () => { p.style.left = Math.random() + 'px'; requestAnimationFrame(tick) }; tick();
    poll = () => fetch('/poll').then(() => setTimeout(poll, 10)); poll();
    setInterval(() => { p.textContent = Math.random() }, 5)</script>"""
    url = serve({"/": page, "/poll": Reply("", delay=30)})
    async with visiting(browser, url, late_ms=600) as environment:
        outcome = await environment.act(Click("press"))
        assert outcome.ok and outcome.settle_ms < 5000


async def test_infinite_scroll_loads_more_when_its_end_is_reached(browser: Browser, serve) -> None:
    page = """<style>li{height:300px}</style><ul id=list></ul><p id=end>end</p><script>
    n = 0; more = () => { for (let i = 0; i < 5; i++) list.insertAdjacentHTML('beforeend',
      `<li><button onclick="this.textContent = 'done'">Item ${n++}</button></li>`) }; more();
    new IntersectionObserver(e => e[0].isIntersecting && n < 15 &&
      fetch('/slow').then(more)).observe(end)</script>"""
    async with visiting(browser, serve({"/": page, "/slow": "x"})) as environment:
        await environment.act(Click(name_of(await environment.observe(), "item_4")))
        seen = await environment.observe()
        assert any(e.name.endswith("item_9") for e in seen.names)


async def test_a_new_window_is_followed_and_returned_from(browser: Browser, serve) -> None:
    url = serve(
        {
            "/": "<a href=/b target=_blank>Open</a>",
            "/b": Reply("<h1>Second</h1><button onclick='window.close()'>Shut</button>", delay=0.4),
        }
    )
    async with visiting(browser, url) as environment:
        await environment.act(Click("open"))
        seen = await environment.observe()
        assert "Second" in seen.html and "new window" in seen.html
        assert (await environment.act(Click("shut"))).ok
        seen = await environment.observe()
        assert seen.url == f"{url}/" and "back in the one before" in seen.html
        assert "back in" not in (await environment.observe()).html


async def test_what_was_decided_in_one_window_is_not_done_in_another(
    browser: Browser, serve
) -> None:
    page = (
        "<a href=/b target=_blank>Open</a><button onclick=\"this.textContent = 'x'\">Add</button>"
    )
    async with visiting(browser, serve({"/": page, "/b": "<button>Add</button>"})) as environment:
        await environment.act(Click("open"))
        assert "new window" in (await environment.observe()).html
        await environment.page.close()  # by itself, while the customer thinks
        outcome = await environment.act(Click("add"))
        assert not outcome.executed and "the window changed" in (outcome.error or "")
        seen = await environment.observe()
        assert "back in the one before" in seen.html and 'name="add"' in seen.html
        assert (await environment.act(Click("add"))).executed


@pytest.mark.parametrize(
    "script",
    [
        "w = window.open(''); setTimeout(() => w.location = '/b', 300)",
        "window.open('').document.write('<h1>Second</h1>')",  # and is never closed
    ],
)
async def test_a_window_that_opens_empty_is_waited_for(
    browser: Browser, serve, script: str
) -> None:
    page = f'<button onclick="{script}">Open</button>'
    async with visiting(browser, serve({"/": page, "/b": "<h1>Second</h1>"})) as environment:
        outcome = await environment.act(Click("open"))
        assert outcome.settle_ms < 2500
        assert "Second" in (await environment.observe()).html


async def test_windows_are_opened_by_script_too_and_are_not_hoarded(
    browser: Browser, serve
) -> None:
    page = "<button onclick=\"for (i = 0; i < 8; i++) window.open('/b?' + i)\">Flood</button>"
    async with visiting(
        browser, serve({"/": page, "/b": "<h1>Pop</h1>"}), max_tabs=3
    ) as environment:
        await environment.act(Click("flood"))
        assert "Pop" in (await environment.observe()).html
        await environment.observe()
        assert len(environment.page.context.pages) <= 4


async def test_a_single_window_gives_way_to_the_new_one(browser: Browser, serve) -> None:
    url = serve({"/": "<a href=/b target=_blank>Open</a>", "/b": "<h1>Second</h1>"})
    async with visiting(browser, url, max_tabs=1) as environment:
        assert (await environment.act(Click("open"))).ok
        seen = await environment.observe()
        assert "you are looking at it now" in seen.html and "Second" in seen.html
        assert len(environment.page.context.pages) == 1


@pytest.mark.parametrize(
    ("script", "answer", "said"),
    [
        ("alert('Only one left')", "undefined", "Only one left"),
        ("confirm('Really leave?')", "true", "OK was chosen"),
        ("confirm('Place the order now?')", "false", "cancelled"),
        ("confirm('Opravdu chcete objednat zboží?')", "false", "cancelled"),
        ("prompt('Your name?')", "null", "none was given"),
    ],
)
async def test_dialogs_are_answered_and_told(
    browser: Browser, serve, script: str, answer: str, said: str
) -> None:
    page = f'<button onclick="out.textContent = `got ${{{script}}}`">Ask</button><p id=out></p>'
    async with visiting(browser, serve({"/": page})) as environment:
        assert (await environment.act(Click("ask"))).ok
        seen = await environment.observe()
        assert f"got {answer}" in seen.html and said in seen.html
        assert said not in (await environment.observe()).html


async def test_half_an_emoji_in_a_dialog_is_told_as_far_as_it_can_be(
    browser: Browser, serve
) -> None:
    page = "<button onclick=\"alert('Half \\ud83d')\">Ask</button>"
    async with visiting(browser, serve({"/": page})) as environment:
        assert (await environment.act(Click("ask"))).ok
        assert "showed a message" in (await environment.observe()).html.encode().decode()


async def test_a_page_that_asks_before_it_is_left_is_left(browser: Browser, serve) -> None:
    page = """<script>onbeforeunload = e => { e.preventDefault(); e.returnValue = 'stay' }</script>
    <a href=/b>Leave</a>"""
    async with visiting(browser, serve({"/": page, "/b": "<h1>Out</h1>"})) as environment:
        assert (await environment.act(Click("leave"))).ok
        seen = await environment.observe()
        assert "Out" in seen.html and "whether to leave" in seen.html


async def test_downloads_and_files_are_refused_and_told(browser: Browser, serve) -> None:
    file = Reply("a,b", content_type="text/csv", headers={"Content-Disposition": "attachment"})
    page = "<a href=/prices.csv>Prices</a><label>Photo <input type=file></label>"
    async with visiting(browser, serve({"/": page, "/prices.csv": file})) as environment:
        assert (await environment.act(Click("prices"))).ok
        seen = await environment.observe()
        assert "prices.csv" in seen.html and "not saved" in seen.html
        outcome = await environment.act(Click(name_of(seen, "photo")))
        assert outcome.ok, outcome.error
        assert "none was chosen" in (await environment.observe()).html


async def test_permissions_are_denied(browser: Browser, serve) -> None:
    page = """<button onclick="navigator.geolocation.getCurrentPosition(
      () => out.textContent = 'found', e => out.textContent = 'denied ' + e.code)">Where</button>
      <p id=out></p>"""
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.act(Click("where"))
        assert "denied 1" in (await environment.observe()).html


async def test_links_to_programs_and_to_the_same_page_do_not_wait(browser: Browser, serve) -> None:
    page = "<a href='mailto:a@b.c'>Write</a><a href='#x'>Down</a><a href=/none>Empty</a><p id=x>"
    url = serve({"/": page, "/none": Reply(status=204)})
    async with visiting(browser, url) as environment:
        for name in ("write", "down", "empty"):
            outcome = await environment.act(Click(name))
            assert outcome.ok and outcome.settle_ms < 5000
            await environment.observe()


CHECKOUT = {
    "/": """<form action=/thanks><label>Email <input name=mail required></label>
            <label>Town <input name=town required></label><button>Place order</button></form>""",
    "/thanks": "<h1>Thank you</h1><a href=/>Home</a>",
}


def buy_button(seen: Observation) -> str:
    (name,) = (e.name for e in seen.names if e.kind == "buy")
    return name


async def test_an_order_is_held_back(browser: Browser, serve) -> None:
    async with visiting(browser, serve(CHECKOUT)) as environment:
        seen = await environment.observe()
        outcome = await environment.act(Click(buy_button(seen)))
        assert outcome.ok and outcome.purchase and not outcome.executed and outcome.kind == "buy"
        assert "Thank" not in (await environment.observe()).html


async def test_enter_in_a_checkout_form_places_no_order_either(browser: Browser, serve) -> None:
    async with visiting(browser, serve(CHECKOUT)) as environment:
        seen = await environment.observe()
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "email"), "a@b.c"))
        assert outcome.ok and outcome.executed and not outcome.purchase  # the town is missing
        seen = await environment.observe()
        assert 'value="a@b.c"' in seen.html
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "town"), "Bern"))
        assert outcome.ok and outcome.purchase and not outcome.executed
        assert "Thank" not in (await environment.observe()).html


async def test_an_order_is_placed_where_that_is_allowed(browser: Browser, serve) -> None:
    url = serve(CHECKOUT)
    async with visiting(browser, url, allow_purchase=True) as environment:
        seen = await environment.observe()
        held = await environment.act(Click(buy_button(seen)))
        assert held.ok and held.executed and not held.purchase  # the browser wants the fields
        seen = await environment.observe()
        assert "did not accept the form" in seen.html
        await environment.act(TypeAndSubmit(name_of(seen, "email"), "a@b.c"))
        seen = await environment.observe()
        outcome = await environment.act(TypeAndSubmit(name_of(seen, "town"), "Bern"))
        assert outcome.ok and outcome.executed and outcome.purchase
        assert "Thank" in (await environment.observe()).html


@pytest.mark.parametrize(
    ("thanks", "bought"),
    [
        (Reply("<h1>Thank you</h1>" + "<!-- -->" * 300, endless=True), True),
        ("<script>location.reload()</script>", False),  # nobody can tell
    ],
)
async def test_a_placed_order_is_told_when_the_page_after_it_takes_all_the_time(
    browser: Browser, serve, thanks: str | Reply, bought: bool
) -> None:
    url = serve(
        {"/": "<form action=/thanks><button>Place order</button></form>", "/thanks": thanks}
    )
    async with visiting(browser, url, allow_purchase=True, step_s=2.0) as environment:
        outcome = await environment.act(Click(buy_button(await environment.observe())))
        assert outcome.ok and outcome.executed and outcome.kind == "buy"
        assert outcome.purchase == bought


async def test_our_own_shop_is_believed(browser: Browser, serve) -> None:
    page = "<form action=/thanks><button data-shopper-kind=buy>Jetzt!</button></form>"
    url = serve({"/": page, "/thanks": "<h1>Danke</h1>"})
    async with visiting(browser, url, own_shop=True) as environment:
        outcome = await environment.act(Click("jetzt"))
        assert outcome.kind == "buy" and outcome.purchase and outcome.executed
    async with visiting(browser, url) as environment:
        assert (await environment.act(Click("jetzt"))).kind != "buy"


async def test_a_picture_that_waits_for_a_font_is_left_out(browser: Browser, serve) -> None:
    page = """<style>@font-face { font-family: f; src: url(/never.woff2) } a { font-family: f }
      </style><a href=/next>Next</a>"""
    url = serve({"/": page, "/next": "<h1>Next</h1>", "/never.woff2": Reply("", delay=60)})
    async with visiting(browser, url, screenshots=True, step_s=8.0, late_ms=500) as environment:
        outcome = await environment.act(Click("next"))
        assert outcome.ok and outcome.screenshot is None
        assert "<h1>Next</h1>" in (await environment.observe()).html


async def test_the_window_is_as_asked_for(browser: Browser, serve) -> None:
    page = """<p id=out></p><script>out.textContent = [innerWidth, navigator.language,
      Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.userAgent].join(' ')</script>"""
    options = ContextOptions(
        width=700, locale="de-DE", timezone="Asia/Tokyo", user_agent_suffix="Shopper/1 (test)"
    )
    async with opened(browser, options) as environment:
        await environment.start(serve({"/": page}))
        seen = (await environment.observe()).html
    assert "700 de-DE Asia/Tokyo" in seen and seen.rstrip().endswith("Shopper/1 (test)")
    assert "Headless" not in seen


async def test_a_device_of_another_kind(browser: Browser, serve) -> None:
    async with opened(browser, ContextOptions(device="iPhone 15")) as environment:
        await environment.start(
            serve(
                {
                    "/": "<meta name=viewport content='width=device-width'>"
                    "<button onclick=\"this.textContent='ok'\">Tap</button>"
                }
            )
        )
        await environment.observe()
        assert (await environment.act(Click("tap"))).ok
        assert "ok" in (await environment.observe()).html
    with pytest.raises(BadOptions, match="iPhone"):
        await browser.context(ContextOptions(device="iphone 1"))


async def test_pages_without_scripts(browser: Browser, serve) -> None:
    page = "<p id=out></p><a href=/b>Go</a><script>out.textContent = 'ran'</script>"
    async with opened(browser, ContextOptions(scripts=False)) as environment:
        await environment.start(serve({"/": page, "/b": "<h1>B</h1>"}))
        assert "ran" not in (await environment.observe()).html
        assert (await environment.act(Click("go"))).ok
        assert "<h1>B</h1>" in (await environment.observe()).html
