"""Every way an order can leave a page, each once allowed, when it must arrive, and once not."""

from __future__ import annotations

import asyncio

import pytest

from bench.guard import attack
from bench.guard_pages import STEPS, WAYS, Case
from bench.guard_site import Mark, Site
from envs.actions import Click
from envs.browser.browser import Browser, ContextOptions
from envs.environment import Environment
from envs.faults import Notice
from envs.options import EnvOptions
from tests.envs.acting.acting import visiting

pytestmark = pytest.mark.long

REVIEW = "<h1>Review your order</h1><p>Total $20</p>"
POST = "fetch('/order', {method: 'POST', body: 'card=4242&name=Ann'})"


SENT = (
    "fetch to an address that says nothing",
    "beacon while the page goes away",
    "keepalive and away",
    "form into a frame",
    "form into a new window",
    "a new window that orders",
    "worker of a blob",
    "shared worker",
    "redirect that keeps the method",
    "picture",
    "GraphQL that says nothing",
    "on load",
    "dialog that cannot be understood",
    "a code that sends itself",
)
"""One of every kind of way; `python -m bench.guard` takes them all, and the steps."""
PASSED = ("cart by GraphQL", "guest", "login", "payment method, other words", "counting")


@pytest.mark.parametrize("case", SENT)
async def test_no_order_gets_through(browser: Browser, case: str) -> None:
    tried = await attack(browser, "ways", case, WAYS[case])
    assert [one for one in tried if one.orders] and not [one for one in tried if one.through]


@pytest.mark.parametrize("case", PASSED)
async def test_the_steps_before_an_order_are_carried_out(browser: Browser, case: str) -> None:
    tried = await attack(browser, "steps", case, STEPS[case])
    assert tried and not [one for one in tried if one.held or one.through]


async def test_what_was_held_is_told_without_values(browser: Browser) -> None:
    with Site({"/": f'{REVIEW}<button onclick="{POST}">Next</button>'}) as site:
        async with visiting(browser, site.url) as environment:
            outcome = await environment.act(Click("next"))
            seen = await environment.observe()
    held = outcome.held
    assert outcome.purchase and outcome.ok and outcome.executed and held is not None
    assert (held.layer, held.method, held.keys) == ("request", "POST", ("card", "name"))
    assert held.pressed == "Next" and held.address == f"{site.url}order"
    assert [n.code for n in seen.notices] == [Notice.ORDER_HELD]
    assert "4242" not in repr(outcome) + seen.html and site.orders == 0


async def test_with_leave_to_buy_nothing_is_held(browser: Browser) -> None:
    with Site({"/": f'{REVIEW}<button onclick="{POST}">Next</button>'}) as site:
        async with visiting(browser, site.url, allow_purchase=True) as environment:
            outcome = await environment.act(Click("next"))
            assert outcome.held is None and not outcome.purchase
    assert site.orders == 1


async def test_a_button_that_a_team_knows_is_pressed(browser: Browser) -> None:
    pages = {"/": f'{REVIEW}<button onclick="{POST}">Place order</button>'}
    with Site(pages) as site:
        async with visiting(browser, site.url, not_purchases=("place_*",)) as environment:
            outcome = await environment.act(Click("place_order"))
            assert outcome.executed and not outcome.purchase and outcome.held is None
    assert site.orders == 1


async def test_visits_in_one_browser_are_held_apart(browser: Browser) -> None:
    """One may order and one may not; a frame's requests belong to the visit around it."""
    button = f'<button onclick="{POST}">Next</button>'
    framed = f'<iframe srcdoc="{button.replace(chr(34), "&quot;")}"></iframe>'
    with Site({"/": REVIEW + button}) as free, Site({"/": REVIEW + framed}) as held:
        async with (
            visiting(browser, free.url, allow_purchase=True) as one,
            visiting(browser, held.url) as other,
        ):
            [mine] = [e.name for e in (await one.observe()).names]
            [theirs] = [e.name for e in (await other.observe()).names]
            first, second = await asyncio.gather(one.act(Click(mine)), other.act(Click(theirs)))
    assert (free.orders, held.orders) == (1, 0)
    assert first.held is None and second.held is not None


TEXT = 1
SOCKET = """<script>s = new WebSocket('ws://' + location.host + '/live')</script>"""


async def test_an_order_on_a_socket_is_held(browser: Browser) -> None:
    """The server's end is a real one; what reaches it is what is counted."""
    got: list[str] = []

    async def live(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if "/live" not in head:
            page = f"<!doctype html>{REVIEW}{SOCKET}" + "".join(
                f"<button onclick=\"s.send('{said}')\">{label}</button>"
                for label, said in (
                    ("Next", "{&quot;do&quot;:&quot;go&quot;}"),
                    ("Apply", "coupon A"),
                )
            )
            writer.write(
                f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(page)}"
                f"\r\nconnection: close\r\n\r\n{page}".encode()
            )
            await writer.drain()
            return writer.close()
        key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        writer.write(upgrade(key))
        while frame := await reader.read(1000):
            got.extend([unmasked(frame)] if frame[0] & 15 == TEXT else [])

    server = await asyncio.start_server(live, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, visiting(browser, url) as environment:
        outcome = await environment.act(Click("next"))
        await asyncio.sleep(0.3)
        assert outcome.held is not None and outcome.held.method == "SEND" and got == []
        await environment.observe()
        applied = await environment.act(Click("apply"))
        await asyncio.sleep(0.3)
        assert applied.held is None and got == ["coupon A"]


def upgrade(key: str) -> bytes:
    import base64
    import hashlib

    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n"
    ).encode()


def unmasked(frame: bytes) -> str:
    size = frame[1] & 127
    mask, data = frame[2:6], frame[6 : 6 + size]
    return bytes(b ^ mask[i % 4] for i, b in enumerate(data)).decode()


async def test_an_order_after_the_visit_is_over_is_dropped(browser: Browser) -> None:
    page = f"{REVIEW}<script>onpagehide = () => navigator.sendBeacon('/order', 'a')</script>"
    with Site({"/": page}, (Mark("POST", "/order"),)) as site:
        environment = Environment(await browser.context(ContextOptions()), EnvOptions())
        await environment.start(site.url)
        await environment.observe()
        await environment.close()
        await asyncio.sleep(0.3)
        assert site.orders == 0


async def test_a_press_is_judged_when_it_comes(browser: Browser) -> None:
    page = """<button id=b onmouseover="this.textContent = 'Place order'"
      onclick="location = '/order'">Continue</button>"""
    assert await _press(browser, Case({"/": page})) == ("press", 0)


async def _press(browser: Browser, case: Case) -> tuple[str, int]:
    with Site(case.pages, case.marks) as site:
        async with visiting(browser, site.url) as environment:
            outcome = await environment.act(Click("continue"))
            assert outcome.purchase and outcome.held is not None
            return outcome.held.layer, site.orders
