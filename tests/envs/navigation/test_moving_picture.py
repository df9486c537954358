"""Moving pictures: a frame where something changed, none where nothing did, and never a secret."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from envs.browser.browser import Browser, ContextOptions
from envs.environment import Environment
from envs.navigation.moving_picture import WIDTH
from tests.website import Website

STILL = "<title>Still</title><h1>Still</h1><a href='/'>Home</a>"
MOVES = (
    f"{STILL}<p id=t></p><script>setInterval(() => {{ t.textContent = Date.now() }}, 100)</script>"
)
CARD = MOVES + '<label>Card number <input name=card autocomplete="cc-number" value="{}"></label>'


def width_of(jpeg: bytes) -> int:
    """By its frame header (ITU T.81, B.2.2)."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + int(struct.unpack(">H", jpeg[at + 2 : at + 4])[0])
    return int(struct.unpack(">H", jpeg[at + 7 : at + 9])[0])


async def seen(frames: AsyncGenerator[bytes, None], most: int, seconds: float) -> list[bytes]:
    found: list[bytes] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), aclosing(frames):
            async for frame in frames:
                found.append(frame)
                if len(found) == most:
                    break
    return found


async def pictures_of(browser: Browser, url: str, most: int, seconds: float) -> list[bytes]:
    environment = Environment(await browser.context(ContextOptions()))
    try:
        await environment.start(url)
        return await seen(environment.moving_picture(), most, seconds)
    finally:
        await environment.close()


async def test_a_page_that_moves_is_seen_to_move(
    browser: Browser, website: Callable[..., Website]
) -> None:
    found = await pictures_of(browser, website({"/": MOVES}).url, 3, 30)
    moving = [frame for frame in found if width_of(frame) <= WIDTH]
    assert len(found) == 3 and len(moving) >= 2 and len(set(found)) == 3
    assert all(frame[:2] == b"\xff\xd8" for frame in found)


async def test_a_page_that_stands_still_costs_a_picture(
    browser: Browser, website: Callable[..., Website]
) -> None:
    found = await pictures_of(browser, website({"/": STILL}).url, 9, 5)
    assert 1 <= len(found) <= 2


async def test_a_secret_is_covered_and_an_empty_field_is_none(
    browser: Browser, website: Callable[..., Website]
) -> None:
    """A covered screenshot is as wide as the window, a frame is not."""
    full = website({"/": CARD.replace('{}"', '4111 1111 1111 1111"')}).url
    covered = await pictures_of(browser, full, 2, 30)
    assert len(covered) == 2 and all(width_of(frame) > WIDTH for frame in covered)
    empty = await pictures_of(browser, website({"/": CARD.replace('{}"', '"')}).url, 3, 30)
    assert width_of(empty[-1]) <= WIDTH
