"""robots.txt is read as RFC 9309 asks, and through the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from envs.gateway import Gateway, SiteRules
from envs.gateway.robots import AGENT, Robots
from tests.website import Reply, Route, Website

Make = Callable[[Mapping[str, Route]], Website]

ROBOTS = """
User-agent: *
Disallow: /cart
Disallow: /*?sort=
Allow: /cart/help
Crawl-delay: 0.2

User-agent: OtherBot
Disallow: /
"""


async def test_what_a_site_asks_is_known(website: Make) -> None:
    shop = website({"/robots.txt": Reply(ROBOTS, content_type="text/plain")})
    async with Gateway(SiteRules.for_start(shop.url)) as gateway:
        robots = Robots(gateway.url)
        asked = {
            "/": True,
            "/item/1": True,
            "/cart": False,
            "/cart/help": True,
            "/search?q=a&sort=price": True,
            "/search?sort=price": False,
        }
        for path, allowed in asked.items():
            assert await robots.allows(shop.url + path) is allowed
    assert [request.path for request in shop.requests] == ["/robots.txt"]
    assert shop.requests[0].headers["user-agent"] == AGENT


async def test_a_site_is_not_asked_faster_than_it_wants(website: Make) -> None:
    shop = website({"/robots.txt": ROBOTS})
    robots = Robots()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(robots.turn(f"{shop.url}/{page}") for page in range(3)))
    assert loop.time() - began >= 0.4  # two pauses of a fifth of a second


async def test_who_gives_up_waiting_delays_nobody(website: Make) -> None:
    shop = website({"/robots.txt": "User-agent: *\nCrawl-delay: 0.5"})
    robots = Robots()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await robots.turn(shop.url)
    waiting = [asyncio.ensure_future(robots.turn(shop.url)) for _ in range(20)]
    await asyncio.sleep(0.1)
    for given_up in waiting[:-1]:
        given_up.cancel()
    await waiting[-1]
    assert 0.5 <= loop.time() - began < 5  # one pause, not twenty


async def test_a_site_that_does_not_say_is_not_waited_for(website: Make) -> None:
    shop = website({"/robots.txt": "User-agent: *\nAllow: /"})
    robots = Robots()
    for _ in range(50):
        await robots.turn(shop.url)


async def test_rules_for_us_by_name(website: Make) -> None:
    text = "User-agent: shopperbot\nDisallow: /private\n\nUser-agent: *\nDisallow: /"
    robots = Robots()
    shop = website({"/robots.txt": text})
    assert await robots.allows(f"{shop.url}/")
    assert not await robots.allows(f"{shop.url}/private/x")


@pytest.mark.parametrize(
    ("route", "allowed"),
    [
        (Reply("gone", status=404), True),
        (Reply("no", status=403), True),
        (Reply("broken", status=500), False),
        (Reply(raw=b""), False),
        (Reply("", status=302, headers={"Location": "/elsewhere.txt"}), False),
        (Reply("", status=302, headers={"Location": "/robots.txt"}), False),
        (Reply("\x00\xff nonsense : : \n" * 1000), True),
    ],
)
async def test_a_robots_txt_that_cannot_be_had(website: Make, route: Route, allowed: bool) -> None:
    shop = website({"/robots.txt": route, "/elsewhere.txt": "User-agent: *\nDisallow: /"})
    assert await Robots().allows(f"{shop.url}/item") is allowed


async def test_only_the_beginning_of_an_endless_one_is_read(website: Make) -> None:
    text = "User-agent: *\nDisallow: /cart\n" + "#" * 1_000_000 + "\nDisallow: /\n"
    shop = website({"/robots.txt": text})
    robots = Robots()
    assert await robots.allows(f"{shop.url}/item")
    assert not await robots.allows(f"{shop.url}/cart")
