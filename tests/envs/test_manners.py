"""Pages that robots.txt closes are not asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from envs.actions import Click
from envs.browser import Browser
from envs.environment import Environment
from envs.errors import Refused
from envs.gateway.robots import Robots
from envs.manners import check_start, mind_robots
from tests.website import Route, Website

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
    await mind_robots(context, robots)
    place = Environment(context)
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


async def test_a_closed_start_page(website: Make) -> None:
    shop = website({"/robots.txt": "User-agent: *\nDisallow: /"})
    with pytest.raises(Refused, match="stay out"):
        await check_start(f"{shop.url}/", Robots())
