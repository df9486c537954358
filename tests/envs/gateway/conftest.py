"""For the gateway tests: a web site that answers with what it was asked, a walled browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from envs.browser import chromium
from envs.gateway import chromium_flags
from tests.website import Reply, Request, Website


@pytest.fixture
def echo_shop(website: object) -> Website:
    def echo(request: Request) -> Reply:
        return Reply(request.body or b"empty")

    def headers(request: Request) -> Reply:
        return Reply("\n".join(f"{k}: {v}" for k, v in request.headers.items()))

    assert callable(website)
    made = website({"/": "home", "/echo": echo, "/headers": headers, "/big": "x" * 3_000_000})
    assert isinstance(made, Website)
    return made


@pytest.fixture(scope="session")
async def walled() -> AsyncIterator[Browser]:
    """A browser started as runs start theirs: it reaches nothing but a gateway."""
    async with async_playwright() as playwright:
        running, _ = await chromium.start(playwright, False, chromium_flags())
        yield running
        await running.close()
