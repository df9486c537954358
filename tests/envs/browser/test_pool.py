"""Browsers one after another: worn, dead, and never closed while somebody is in them."""

from __future__ import annotations

import asyncio

import pytest

from envs.browser.browser import launch
from envs.browser.pool import BrowserPool, RecyclePolicy

pytestmark = pytest.mark.browser


async def test_a_worn_browser_lets_its_windows_finish_while_new_ones_open_in_a_fresh_one() -> None:
    async with BrowserPool(launch, RecyclePolicy(windows=1)) as browsers:
        async with browsers.acquire() as old:
            page = await (await old.context()).new_page()
            async with browsers.acquire() as fresh:
                assert fresh is not old
                assert old.alive
                assert await page.evaluate("1 + 1") == 2
            assert fresh.alive
        assert not old.alive
        assert (browsers.started, browsers.died) == (2, 0)
    assert not fresh.alive


@pytest.mark.parametrize("recycle", [RecyclePolicy(megabytes=1.0), RecyclePolicy(seconds=0.0)])
async def test_memory_and_age_wear_a_browser(recycle: RecyclePolicy) -> None:
    async with BrowserPool(launch, recycle) as browsers:
        async with browsers.acquire() as one:
            assert one.megabytes() > 20
        async with browsers.acquire() as other:
            assert other is not one


async def test_a_browser_that_died_is_followed_by_another() -> None:
    async with BrowserPool(launch) as browsers:
        async with browsers.acquire() as one:
            one.kill()
            async with asyncio.timeout(5):
                while one.alive:
                    await asyncio.sleep(0.05)
        async with browsers.acquire() as other:
            assert other.alive
            await (await other.context()).new_page()
        assert browsers.died == 1
