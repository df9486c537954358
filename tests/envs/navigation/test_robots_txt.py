"""Pages that robots.txt closes are not asked for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from envs.actions import Click
from envs.browser.browser import Browser
from envs.deadline import Clock
from envs.environment import Environment
from envs.errors import Refused, Unreachable
from envs.gateway import Gateway, SiteRules
from envs.gateway.robots import Robots
from envs.navigation import tabs
from envs.navigation.robots_txt import check_start, enforce_robots_txt
from envs.options import EnvOptions
from tests.website import Reply, Route, Website

Make = Callable[[Mapping[str, Route]], Website]

START = """<h1>Shop</h1><a href="/open">Open door</a> <a href="/closed">Closed door</a>
<img src="/closed/picture.png"><iframe src="/closed/frame"></iframe>"""


async def test_closed_pages_are_not_asked_for(browser: Browser, website: Make) -> None:
    shop = website(
        {
            "/": START,
            "/open": START.replace("Shop", "Come in"),
            "/robots.txt": "User-agent: *\nDisallow: /closed",
            "*": "nobody should see this",
        }
    )
    robots = Robots()
    await check_start(shop.url, robots)
    context = await browser.context()
    clock = Clock()
    await enforce_robots_txt(context, robots, clock)
    place = Environment(context, clock=clock)
    await place.start(shop.url)
    await place.observe()
    await place.act(Click("open_door"))
    assert "Come in" in (await place.observe()).html
    await place.act(Click("closed_door"))
    seen = await place.observe()
    await place.close()
    assert "closed to automatic visitors" in seen.html
    asked = {request.path for request in shop.requests}
    assert "/closed" not in asked
    assert "/closed/frame" not in asked
    assert "/closed/picture.png" in asked  # a page is looked at with its pictures


@asynccontextmanager
async def polite(browser: Browser, robots: Robots, **options: Any) -> AsyncIterator[Environment]:
    context = await browser.context()
    clock = Clock()
    await enforce_robots_txt(context, robots, clock)
    place = Environment(context, EnvOptions(**options), clock=clock)
    try:
        yield place
    finally:
        await place.close()


SLOW = "User-agent: *\nCrawl-delay: 1.5"
"""Longer than any deadline of the visits below."""
SOON = {"load_s": 1.0, "step_s": 1.2, "late_ms": 300.0}


async def test_waiting_its_turn_takes_no_time_from_a_page(browser: Browser, website: Make) -> None:
    shop = website({"/": "<a href=/b>Go</a>", "/b": "<h1>There</h1>", "/robots.txt": SLOW})
    robots = Robots()
    loop = asyncio.get_running_loop()

    async def customer() -> float:
        async with polite(browser, robots, **SOON) as place:
            await place.start(shop.url)
            came = loop.time()
            assert (await place.observe()).by_name["go"]
            assert (await place.act(Click("go"))).ok
            assert "There" in (await place.observe()).html
            return came

    came = sorted(await asyncio.gather(customer(), customer()))
    assert came[1] - came[0] >= 1.3  # one of them waited for longer than a step may take


async def test_a_window_that_opens_waits_its_turn(
    browser: Browser, website: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabs, "_POPUP_S", 1.0)
    page = "<a href=/b target=_blank>Go</a>"
    shop = website(
        {
            "/": page,
            "/b": "<h1>There</h1>",
            "/robots.txt": SLOW,  # longer than a window is waited for
        }
    )
    async with polite(browser, Robots(), **SOON) as place:
        await place.start(shop.url)
        await place.observe()
        assert (await place.act(Click("go"))).ok
        assert "There" in (await place.observe()).html


async def test_the_frames_of_a_page_wait_for_nothing(browser: Browser, website: Make) -> None:
    page = "<h1>Shop</h1>" + "<iframe src=/frame></iframe>" * 3
    slow = SLOW.replace("1.5", "30")
    shop = website({"/": page, "/frame": "<p>Framed", "/robots.txt": slow})
    async with polite(browser, Robots()) as place:
        await place.start(shop.url)
        assert (await place.observe()).html.count("Framed") == 3


async def test_a_customer_who_left_does_not_keep_a_turn(browser: Browser, website: Make) -> None:
    shop = website({"/": "<h1>Shop</h1>", "/robots.txt": SLOW})
    robots = Robots()
    loop = asyncio.get_running_loop()
    async with polite(browser, robots) as first:
        await first.start(shop.url)
        began = loop.time()
        for _ in range(3):
            async with polite(browser, robots) as gone:
                starting = asyncio.ensure_future(gone.start(shop.url))
                await asyncio.sleep(0.3)
                starting.cancel()
        async with polite(browser, robots) as last:
            await last.start(shop.url)
        assert loop.time() - began < 4.5  # one turn, not one for each who left


async def test_a_site_that_is_not_there_is_not_said_to_be_closed(website: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    async with Gateway(SiteRules.for_start(url)) as gateway:
        with pytest.raises(Unreachable, match="could not be opened"):
            await check_start(url, Robots(gateway.url), gateway.explain)
    with pytest.raises(Unreachable, match="could not be read"):
        await check_start(url, Robots())
    broken = website({"/robots.txt": Reply("broken", status=503)})
    with pytest.raises(Unreachable, match=r"could not be read \(HTTP 503\)"):
        await check_start(broken.url, Robots())


async def test_a_closed_start_page(website: Make) -> None:
    shop = website({"/robots.txt": "User-agent: *\nDisallow: /"})
    with pytest.raises(Refused, match="stay out"):
        await check_start(f"{shop.url}/", Robots())
