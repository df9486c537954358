"""One page to be looked at, and nothing else: on the web, or saved in a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from envs.browser.browser import ContextOptions, launch
from envs.environment import Environment
from envs.errors import DeadlinePassed, LookFailed
from envs.gateway import Gateway, SiteRules, chromium_flags
from envs.gateway.robots import AGENT
from envs.observation import Observation
from envs.options import EnvOptions
from envs.page.observer import Observer
from envs.page.saved_page import SavedPageError, open_saved, read_saved
from envs.page.script import PageScriptGone

DEADLINE = 60.0
"""Seconds one look at a saved page may take."""

Look = Callable[[], Awaitable[Observation]]


@asynccontextmanager
async def open_page(
    page: str | Path, *, viewport: bool = False, allow: Sequence[str] = ()
) -> AsyncIterator[Look]:
    """Open an address, or a saved page (``.html``, ``.html.gz``) offline and with its scripts off;
    gives what looks at it, as often as it is called.

    `viewport` sees only what is inside the window; `allow` are hosts that an address may also
    reach.

    Raises:
        SavedPageError: there is no such file, or it is no page.
        SiteError: the address may not be visited.
        EnvError: there is no page, or it could not be looked at.
    """
    if is_address(page):
        async with _live(str(page), viewport, tuple(allow)) as look:
            yield look
    else:
        async with _saved(Path(page), viewport) as look:
            yield look


def is_address(page: str | Path) -> bool:
    """Whether it is on the web, and not a file.

    Raises:
        SavedPageError: it is neither.
    """
    if isinstance(page, Path):
        return False
    if urlsplit(page).scheme in ("http", "https"):
        return True
    if Path(page).exists() or Path(page).suffix in (".html", ".htm", ".gz"):
        return False
    if "://" not in page:
        raise SavedPageError(f"there is no file {page}; for a page on the web write https://{page}")
    return True


@asynccontextmanager
async def _live(url: str, viewport: bool, allow: tuple[str, ...]) -> AsyncIterator[Look]:
    rules = SiteRules.for_start(url, allow)
    async with Gateway(rules) as gateway, launch(flags=chromium_flags()) as browser:
        window = ContextOptions(proxy=gateway.proxy, user_agent_suffix=AGENT)
        context = await browser.context(window)
        environment = Environment(context, EnvOptions(viewport_only=viewport), gateway.explain)
        try:
            await environment.start(rules.start)
            yield environment.observe
        finally:
            await environment.close()


@asynccontextmanager
async def _saved(path: Path, viewport: bool) -> AsyncIterator[Look]:
    data = read_saved(path)
    address = path.resolve().as_uri()
    async with launch() as browser, open_saved(browser, data) as world:
        observer = Observer(world)

        async def look() -> Observation:
            try:
                async with asyncio.timeout(DEADLINE):
                    seen = await observer.observe(viewport=viewport)
            except TimeoutError as error:
                raise DeadlinePassed(f"{path} was not observed within {DEADLINE:.0f} s") from error
            except PageScriptGone as error:
                raise LookFailed(str(error)) from error
            return msgspec.structs.replace(seen, url=address)

        yield look
