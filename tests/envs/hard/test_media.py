"""What can be seen and not be read is told as what it is."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from tests.envs.acting.acting import visiting
from tests.envs.page.looking import Glance

PATTERN = "<script>for (const c of document.querySelectorAll('canvas')) c.getContext('2d').fillRect(0, 0, 90, 90)</script>"
SHOWN = {
    "a canvas": ("<canvas width=300 height=200></canvas>", "drawing that cannot be read"),
    "a canvas with a label": (
        "<canvas aria-label='Seat plan' width=300 height=200></canvas>",
        "Seat plan (drawing)",
    ),
    "a video": ("<video controls width=300 height=150></video>", "video"),
    "a drawing embedded": (
        "<embed src='data:image/svg+xml,<svg/>' width=300 height=150>",
        "embedded content that cannot be read",
    ),
}


@pytest.mark.parametrize("case", SHOWN)
async def test_media(glance: Glance, case: str) -> None:
    html, words = SHOWN[case]
    assert (await glance(html + PATTERN)).html == f'<img alt="{words}">'


DECORATION = {
    "behind the page": "<canvas style='position:fixed;inset:0;z-index:-1'></canvas>",
    "over the page, for the eye only": "<canvas style='position:fixed;inset:0;pointer-events:none'></canvas>",
    "a film as a background": "<video muted autoplay width=900 height=400></video>",
    "a mark": "<canvas width=16 height=16></canvas>",
    "not shown": "<canvas width=300 height=200 hidden></canvas>",
}


@pytest.mark.parametrize("case", DECORATION)
async def test_decoration(glance: Glance, case: str) -> None:
    assert (await glance(f"<p>Words</p>{DECORATION[case]}{PATTERN}")).html == "Words"


WORKERS = {
    "that waits": "navigator.serviceWorker.register('/w.js').then(() => navigator.serviceWorker.ready).then(draw)",
    "that waits for it to be ready": "navigator.serviceWorker.ready.then(draw)",
}


@pytest.mark.parametrize("case", WORKERS)
async def test_a_page_that_waits_for_a_service_worker(browser: Browser, serve, case: str) -> None:
    html = f"<p>One moment</p><script>const draw = () => document.body.innerHTML = '<button>Buy'; {WORKERS[case]}</script>"
    async with visiting(browser, serve({"/": html, "/w.js": ""})) as environment:
        assert "service worker" in (await environment.observe()).html


async def test_a_page_that_can_do_without_a_service_worker(browser: Browser, serve) -> None:
    html = """<div id=at>One moment</div><script>navigator.serviceWorker.register('/w.js')
    .then(() => navigator.serviceWorker.ready).catch(() => at.innerHTML = '<button>Buy</button>')</script>"""
    async with visiting(browser, serve({"/": html, "/w.js": ""})) as environment:
        seen = await environment.observe()
        assert [element.name for element in seen.names] == ["buy"]
        assert "service worker" not in seen.html
