"""One window that all tests of a kind share, because opening one costs more than a look."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from envs.browser.browser import Browser
from envs.page.observer import Observer
from tests.envs.page.looking import HOME, Glance, Seen, window


@pytest.fixture(scope="session")
async def glance(browser: Browser) -> AsyncIterator[Glance]:
    async with window(browser) as opened:
        observer = Observer(opened.world)

        async def look(html: str) -> Seen:
            await opened.show({HOME: html})
            return Seen(await observer.observe())

        yield look
