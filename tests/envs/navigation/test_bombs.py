"""Pages that are far larger than they look: the visit goes on or ends with a named cause, in time,
and the browser is good for the next visit."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Mapping

import pytest

from envs.browser.browser import Browser
from envs.environment import Environment
from envs.errors import EnvError
from envs.options import EnvOptions
from tests.website import Reply, Route, Website

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(300)]

Make = Callable[[Mapping[str, Route]], Website]
MEGABYTE = 1 << 20
PATIENCE_S = 200
"""Several times the deadline of a step, for a machine with other work."""


def links(count: int) -> bytes:
    return b"<!doctype html>" + b"".join(
        b"<a href=/p/%d>Product %d</a> " % (n, n) for n in range(count)
    )


def packed(start: bytes, filler: bytes, megabytes: int) -> Reply:
    """A page of so many megabytes that travels as a few kilobytes."""
    press = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = filler * (MEGABYTE // len(filler))
    parts = [
        press.compress(start),
        *(press.compress(piece) for _ in range(megabytes)),
        press.flush(),
    ]
    return Reply(b"".join(parts), headers={"Content-Encoding": "gzip"})


BOMBS: dict[str, Callable[[], Route]] = {
    "200,000 links": lambda: links(200_000),
    "a gigabyte of spaces": lambda: packed(b"<!doctype html><h1>Shop</h1>", b" ", 1000),
    "hundreds of megabytes of text": lambda: packed(
        b"<!doctype html><h1>Shop</h1><p>", b"word ", 300
    ),
    "a name without an end": lambda: packed(
        b"<!doctype html><h1>Shop</h1><a href=/ title='", b"x", 200
    ),
}


@pytest.mark.parametrize("case", BOMBS)
async def test_a_page_that_is_too_large_ends_with_its_cause(
    browser: Browser, website: Make, case: str
) -> None:
    site = website({"/": BOMBS[case](), "/next": "<h1>Next</h1>"})
    began = time.monotonic()
    environment = Environment(await browser.context(), EnvOptions())
    html, cause = "", ""
    try:
        await environment.start(site.url)
        html = (await environment.observe()).html
    except EnvError as error:
        cause = str(error)
    finally:
        await environment.close()
    assert site.url in cause or 0 < len(html) < 40 * MEGABYTE
    assert len(cause) < 1000
    assert time.monotonic() - began < PATIENCE_S
    after = Environment(await browser.context(), EnvOptions())
    await after.start(f"{site.url}/next")
    assert "Next" in (await after.observe()).html
    await after.close()
