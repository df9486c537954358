"""A visit to a page of the test's own, with deadlines short enough for tests of faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from envs.browser.browser import Browser, ContextOptions
from envs.environment import Environment
from envs.observation import Observation
from envs.options import EnvOptions


@asynccontextmanager
async def opened(
    browser: Browser, context: ContextOptions | None = None, **options: Any
) -> AsyncIterator[Environment]:
    """An environment that has not started, closed at the end."""
    environment = Environment(await browser.context(context), EnvOptions(**options))
    try:
        yield environment
    finally:
        await environment.close()


@asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Environment]:
    """An environment that shows `url` and has looked at it."""
    async with opened(browser, **options) as environment:
        await environment.start(url)
        await environment.observe()
        yield environment


def name_of(observation: Observation, ending: str) -> str:
    """The one name that ends in `ending`."""
    found = [e.name for e in observation.names if e.name.endswith(ending)]
    assert len(found) == 1, f"{ending}: {found} of {list(observation.by_name)}"
    return found[0]
