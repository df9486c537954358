"""A person logs in, in a window of this machine, and the login is kept for visits to start from.

Knows nothing of the command line, nor of files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace

import msgspec
from playwright.async_api import BrowserContext, Error

from agent.runs.login_script import after_script, kept_login, log_in_or_show
from envs.access import OPEN, Access
from envs.access.window import open_window, options_for
from envs.browser.browser import Browser, ContextOptions, launch
from envs.environment import Environment
from envs.errors import EnvError, Unreachable
from envs.gateway import Gateway, SiteRules, chromium_flags, trusted_key
from envs.navigation.start_page import Explain, cause, unexplained


class NothingKept(EnvError):
    """The pages left nothing that a later visit could start from."""


@dataclass(frozen=True)
class PersonsBrowser:
    """A browser for a person, who goes where they please. `access` is what their window brings
    along; a script has been carried out, and what it left is in the state. `started_from` is what
    was asked for."""

    browser: Browser
    access: Access = OPEN
    proxy: str | None = None
    explain: Explain = unexplained
    started_from: str | None = None

    async def window(self) -> BrowserContext:
        """A window that has it all."""
        options = ContextOptions(resizable=self.browser.headed, proxy=self.proxy)
        return await open_window(self.browser, options, self.access)


@asynccontextmanager
async def persons_browser(
    url: str, access: Access, *, headed: bool, flags: Sequence[str] = ()
) -> AsyncIterator[PersonsBrowser]:
    """The browser to visit `url` with. What only a gateway can carry goes through one, which
    refuses nothing; without such things there is none.

    Raises:
        EnvError: no browser, or the login script failed.
    """
    async with AsyncExitStack() as stack:
        if access.passes == type(access.passes)():
            browser = await stack.enter_async_context(launch(headed=headed, flags=flags))
            own = PersonsBrowser(browser, access, started_from=access.started_from)
        else:
            rules = SiteRules.for_a_person(url)
            gateway = await stack.enter_async_context(Gateway(rules, passes=access.passes))
            walled = (*chromium_flags(trusted_key(access.passes)), *flags)
            browser = await stack.enter_async_context(launch(headed=headed, flags=walled))
            own = PersonsBrowser(
                browser, access, gateway.proxy, gateway.explain, access.started_from
            )
        yield await _scripted(own, url)


async def _scripted(own: PersonsBrowser, url: str) -> PersonsBrowser:
    """The same, logged in by its script if it has one."""
    script = own.access.script
    if script is None:
        return own
    options = options_for(own.access)
    environment = Environment(await own.window(), options, own.explain)
    try:
        await log_in_or_show(environment, url, script)
        state = await kept_login(environment, script)
    finally:
        await environment.close()
    kept = after_script(own.access, state)
    return replace(own, access=kept)


async def keep_login(own: PersonsBrowser, url: str) -> bytes:
    """Let a person log in at `url`; the login is kept when they close the window.

    Raises:
        NothingKept: there is no login.
        EnvError: the page cannot be opened, or the whole browser was closed.
    """
    context = await own.window()
    try:
        page = await context.new_page()
        try:
            await page.goto(url, wait_until="commit", timeout=60_000)
        except Error as error:
            if not page.is_closed():
                told = own.explain(url)
                why = told.reason if told else cause(error.message)
                raise Unreachable(url, f"{url}: {why}") from error
        await _until_closed(context)
        try:
            state = await context.storage_state(indexed_db=True)
        except Error as error:
            raise EnvError(
                "the whole browser was closed before the login could be kept: close the window only"
            ) from error
    finally:
        with suppress(Error):
            await context.close()
    if not (state.get("cookies") or state.get("origins")):
        raise NothingKept(f"{url} left no cookie and nothing else to start from: nothing is kept")
    return msgspec.json.format(msgspec.json.encode(state), indent=1)


async def _until_closed(context: BrowserContext) -> None:
    """Wait until no window is open any more."""
    while pages := context.pages:
        with suppress(Error):
            await pages[-1].wait_for_event("close", timeout=0)
