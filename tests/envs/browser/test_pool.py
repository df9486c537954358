"""Browsers one after another: worn, dead, and never closed while somebody is in them."""

from __future__ import annotations

import asyncio

import pytest

from envs.browser.browser import launch
from envs.browser.pool import Browsers, Wear

pytestmark = pytest.mark.browser


async def test_a_worn_browser_lets_its_windows_finish_while_new_ones_open_in_a_fresh_one() -> None:
    async with Browsers(launch, Wear(windows=1)) as browsers:
        async with browsers.lend() as old:
            page = await (await old.context()).new_page()
            async with browsers.lend() as fresh:
                assert fresh is not old
                assert old.alive
                assert await page.evaluate("1 + 1") == 2
            assert fresh.alive
        assert not old.alive
        assert (browsers.started, browsers.died) == (2, 0)
    assert not fresh.alive


@pytest.mark.parametrize("wear", [Wear(megabytes=1.0), Wear(seconds=0.0)])
async def test_memory_and_age_wear_a_browser(wear: Wear) -> None:
    async with Browsers(launch, wear) as browsers:
        async with browsers.lend() as one:
            assert one.megabytes() > 20
        async with browsers.lend() as other:
            assert other is not one


async def test_a_browser_that_died_is_followed_by_another() -> None:
    async with Browsers(launch) as browsers:
        async with browsers.lend() as one:
            one.kill()
            async with asyncio.timeout(5):
                while one.alive:
                    await asyncio.sleep(0.05)
        async with browsers.lend() as other:
            assert other.alive
            await (await other.context()).new_page()
        assert browsers.died == 1
