"""What became of an action is told as it was, and whose fault a wait was."""

from __future__ import annotations

import asyncio
import time

import pytest

from envs.actions import Click, Input, TypeAndSubmit
from envs.browser.browser import Browser
from envs.browser.strain import Strain, strained
from envs.errors import BadStatus, DeadlinePassed, Unreachable
from envs.faults import Fault, Notice
from tests.envs.acting.acting import opened, visiting
from tests.website import Reply, Request


async def test_a_press_that_the_page_shifts_away_is_told(browser: Browser, serve) -> None:
    """Leaving the field moves the button while it is held down: no click comes of it."""
    page = """<label>Code <input autofocus onblur="
      note.innerHTML = '<div style=height:80px>Please give a code</div>'"></label><p id=note></p>
      <button style="height:20px" onclick="document.title = 'pressed'">Go on</button>"""
    async with visiting(browser, serve({"/": page})) as environment:
        outcome = await environment.act(Click("go_on"))
        assert outcome.fault is Fault.PRESS_MISSED and outcome.executed
        assert await environment.page.title() == ""


async def test_what_acts_when_the_button_goes_down_is_no_lost_press(
    browser: Browser, serve
) -> None:
    page = """<div id=menu><button onmousedown="menu.remove(); document.title = 'chosen'">Blue</button>
      </div><p id=p></p><button onmousedown="
      p.innerHTML = '<div style=height:80px>Held</div>'">Hold</button>"""
    async with visiting(browser, serve({"/": page})) as environment:
        assert (await environment.act(Click("hold"))).ok
        await environment.observe()
        assert (await environment.act(Click("blue"))).ok
        assert await environment.page.title() == "chosen"


ASIDES = {
    "Print the bill": (
        "<button onclick='print()'>Print the bill</button>",
        Notice.PRINT_DECLINED,
        "",
    ),
    "Write to us": (
        "<a href='mailto:help@jugs.test'>Write to us</a>",
        Notice.PROGRAM_DECLINED,
        "mailto:help@jugs.test",
    ),
    "Call us": (
        "<button onclick=\"location.href = 'tel:+4312345'\">Call us</button>",
        Notice.PROGRAM_DECLINED,
        "tel:+4312345",
    ),
    "Find a shop": (
        "<button onclick='navigator.geolocation.getCurrentPosition(() => 0)'>Find a shop</button>",
        Notice.PERMISSION_DECLINED,
        "your location",
    ),
    "Tell me": (
        "<button onclick='Notification.requestPermission()'>Tell me</button>",
        Notice.PERMISSION_DECLINED,
        "leave to send you notifications",
    ),
    "Price list": (
        "<a href='/prices' download='prices.csv'>Price list</a>",
        Notice.DOWNLOAD_DECLINED,
        "prices.csv",
    ),
}


@pytest.mark.parametrize("case", ASIDES)
async def test_what_leaves_the_page_where_it_is_is_told(browser: Browser, serve, case: str) -> None:
    page, code, about = ASIDES[case]
    async with visiting(browser, serve({"/": page, "/prices": b"jug;12"})) as environment:
        seen = await environment.observe()
        assert (await environment.act(Click(seen.names[0].name))).ok
        notices = (await environment.observe()).notices or ()
        assert [(n.code, n.about) for n in notices] == [(code, about)]


class Flaky:
    """A start page that answers only when it is asked again."""

    def __init__(self, first: Reply) -> None:
        self.first = first
        self.asked = 0

    def __call__(self, _: Request) -> Reply | str:
        self.asked += 1
        return self.first if self.asked == 1 else "<h1>Jugs</h1>"


@pytest.mark.parametrize(
    "first", [Reply("late", delay=30), Reply("Starting", status=503)], ids=["late", "503"]
)
async def test_the_start_is_tried_once_more(browser: Browser, serve, first: Reply) -> None:
    page = Flaky(first)
    async with opened(browser, load_s=1.5) as environment:
        await environment.start(serve({"/": page}) + "/")
        assert "Jugs" in (await environment.observe()).html
        assert page.asked == 2


async def test_and_not_a_third_time(browser: Browser, website) -> None:
    site = website({"/": Reply("Starting", status=503)})
    async with opened(browser) as environment:
        with pytest.raises(BadStatus):
            await environment.start(site.url + "/")
    assert len([r for r in site.requests if r.path == "/"]) == 2


async def test_what_no_other_try_mends_is_tried_once(browser: Browser, website) -> None:
    site = website({"/": Reply("Gone", status=410)})
    async with opened(browser) as environment:
        with pytest.raises(BadStatus):
            await environment.start(site.url + "/")
        with pytest.raises(Unreachable):
            await environment.start("http://shop.invalid/")
    assert len([r for r in site.requests if r.path == "/"]) == 1


def test_signs_of_an_overloaded_machine() -> None:
    assert strained(0.1, 5.0, 0.9) == ""
    said = strained(2.5, 80.0, 6.0)
    assert "2.5 s late" in said and "80 %" in said and "6.0 processes" in said
    assert "fewer customers" in said


@pytest.mark.slow
async def test_the_event_loop_is_found_to_be_late() -> None:
    strain = Strain()
    strain.begin()
    await asyncio.sleep(0)
    time.sleep(1.6)  # what a policy that computes in this process does
    await asyncio.sleep(0.1)
    assert strain.loop_late_s > 0.5
    assert "event loop" in strain.words()
    strain.end()


async def test_a_wait_on_an_overloaded_machine_is_not_put_down_to_the_site(
    browser: Browser, serve
) -> None:
    async with visiting(browser, serve({"/": "<h1>Jugs</h1>"}), session_s=3.0) as environment:
        await asyncio.sleep(0.7)
        time.sleep(2.6)
        await asyncio.sleep(0.1)
        with pytest.raises(DeadlinePassed, match=r"longer than 3 s; this machine was overloaded"):
            await environment.observe()


async def test_a_click_and_a_short_text_take_little_of_our_own_time(
    browser: Browser, serve
) -> None:
    page = "<button id=b onclick='document.title = 1'>Go</button><label>Town <input id=t></label>"
    async with visiting(browser, serve({"/": page}), still_ms=0.0) as environment:
        took = []
        for action in (Click("go"), Input("town", "Linz")) * 12:
            await environment.observe()
            began = time.monotonic()
            assert (await environment.act(action)).ok
            took.append(time.monotonic() - began)
        assert min(took[0::2]) < 0.15
        assert min(took[1::2]) < 0.15


SLOW = """<form id=f><input placeholder="Search jugs"></form><div id=r></div><script>
f.onsubmit = async event => {
  event.preventDefault();
  r.innerHTML = '<div class=spinner style="height:20px">One moment</div>';
  r.innerHTML = await (await fetch('/jugs')).text();
}</script>"""


async def test_results_behind_a_spinner_are_waited_for(browser: Browser, serve) -> None:
    pages = {"/": SLOW, "/jugs": Reply("<p>Seven jugs</p>", delay=6)}
    async with visiting(browser, serve(pages)) as environment:
        for _ in range(2):  # the second time the address is known to be slow
            await environment.observe()
            outcome = await environment.act(TypeAndSubmit("search_jugs", "blue"))
            assert outcome.ok, outcome.error
            assert "Seven jugs" in (await environment.observe()).html


async def test_a_spinner_that_never_ends_is_not_waited_for_again_and_again(
    browser: Browser, serve
) -> None:
    page = """<button onclick="document.title = 'on'">Go on</button><div class=loading>More soon</div>
      <script>fetch('/more')</script>"""
    pages = {"/": page, "/more": Reply(delay=60)}
    options = {"late_ms": 500.0, "loading_ms": 2000.0}
    async with visiting(browser, serve(pages), **options) as environment:
        took = []
        for _ in range(4):
            await environment.observe()
            began = time.monotonic()
            assert (await environment.act(Click("go_on"))).ok
            took.append(time.monotonic() - began)
        assert took[-1] < 1.5
