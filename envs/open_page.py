"""One page to be looked at, and nothing else: on the web, or saved in a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from envs.access import OPEN, Access, LoginScript
from envs.access.window import open_window, options_for
from envs.browser.browser import ContextOptions, launch
from envs.environment import Environment
from envs.errors import DeadlinePassed, LookFailed
from envs.gateway import Gateway, SiteRules, chromium_flags, trusted_key
from envs.gateway.robots import AGENT
from envs.observation import Observation
from envs.page.observer import Observer
from envs.page.saved_page import SavedPageError, open_saved, read_saved
from envs.page.script import PageScriptGone

DEADLINE = 60.0
"""Seconds one look at a saved page may take."""

Look = Callable[[], Awaitable[Observation]]
LogIn = Callable[[Environment, str, LoginScript], Awaitable[None]]
"""Carries out a script that logs in, for a visit to an address."""


@asynccontextmanager
async def open_page(
    page: str | Path,
    *,
    viewport: bool = False,
    allow: Sequence[str] = (),
    access: Access = OPEN,
    log_in: LogIn | None = None,
) -> AsyncIterator[Look]:
    """Open an address, or a saved page (``.html``, ``.html.gz``) offline and with its scripts off;
    gives what looks at it, as often as it is called.

    `viewport` sees only what is inside the window; `allow` are hosts that an address may also
    reach. `access` is brought along to an address; where it has a script, `log_in` carries it out.

    Raises:
        SavedPageError: there is no such file, or it is no page.
        SiteError: the address may not be visited.
        EnvError: there is no page, or it could not be looked at.
    """
    if is_address(page):
        async with _live(str(page), viewport, tuple(allow), access, log_in) as look:
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
async def _live(
    url: str, viewport: bool, allow: tuple[str, ...], access: Access, log_in: LogIn | None
) -> AsyncIterator[Look]:
    rules = SiteRules.for_start(url, allow)
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(Gateway(rules, passes=access.passes))
        flags = chromium_flags(trusted_key(access.passes))
        browser = await stack.enter_async_context(launch(flags=flags))
        window = ContextOptions(proxy=gateway.proxy, user_agent_suffix=AGENT)
        context = await open_window(browser, window, access)
        options = msgspec.structs.replace(options_for(access), viewport_only=viewport)
        environment = Environment(context, options, gateway.explain)
        try:
            if access.script is not None and log_in is not None:
                await log_in(environment, rules.start, access.script)
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
