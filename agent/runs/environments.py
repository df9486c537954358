"""What all customers of a run share: shop, gateway and browsers; and an environment of
each one's own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import msgspec

from agent.rrweb_bundle import fetch_bundle
from agent.runs.config import RunConfig
from agent.runs.login_script import after_script, kept_login, log_in
from envs.access import Access, LoginScript
from envs.access.window import open_window, options_for
from envs.browser.browser import Browser, launch
from envs.browser.pool import BrowserPool
from envs.deadline import Clock
from envs.environment import Environment
from envs.errors import NotLetIn
from envs.gateway import Gateway, SiteRules, chromium_flags, trusted_key
from envs.gateway.robots import AGENT, Robots
from envs.navigation.robots_txt import check_start, enforce_robots_txt
from envs.recording.rrweb import RrwebRecording
from envs.shop import Shop, serve
from envs.shop.web import COOKIE as VISIT_COOKIE

CODE_S = 30.0
"""Seconds after which a one-time code is another one (RFC 6238, section 5.2)."""


class EnvironmentPool:
    """Everything is up. `url` is where visits begin."""

    def __init__(
        self,
        config: RunConfig,
        url: str,
        gateway: Gateway,
        browsers: BrowserPool,
        shop: Shop | None,
        robots: Robots | None,
        rrweb: str = "",
    ) -> None:
        """`rrweb` is its source, where visits may be recorded with it."""
        self.url = url
        self.browsers = browsers
        self._config = config
        self._access = config.access
        self._gateway = gateway
        self._shop = shop
        self._robots = robots
        self._rrweb = rrweb

    @property
    def refused(self) -> Counter[str]:
        """Requests that the gateway turned away, by host."""
        return self._gateway.refused

    async def knock(self) -> None:
        """Begin once as every visit will, before anyone is let in: what a site does not accept is
        told once, and not by everyone. A login by one-time code is kept for all visits, since a
        code is taken only once.

        Raises:
            EnvError: the site does not let this run in, or shows no page.
        """
        access = self._access
        if not access.wall:
            return
        code = access.script if access.script and access.script.asks_for_code else None
        try:
            await self._knock(code)
        except NotLetIn:
            if code is None:
                raise
            await asyncio.sleep(CODE_S)  # the code may have been used, or over, when it arrived
            await self._knock(code)

    async def _knock(self, code: LoginScript | None) -> None:
        async with self.browsers.acquire() as browser:
            async with self.acquire(browser, f"knock-{uuid4().hex}", seed=None) as environment:
                await environment.start(self.url)
                if code is not None:
                    state = await kept_login(environment, code)
                    self._access = after_script(self._access, state)

    @asynccontextmanager
    async def acquire(
        self,
        browser: Browser,
        visit_id: str,
        seed: int | None,
        recording: RrwebRecording | None = None,
    ) -> AsyncIterator[Environment]:
        """A fresh window for one customer, and in the embedded shop a visit without a past. What
        happens in it is kept in `recording`.

        Raises:
            EnvError: the window cannot be opened, or the shop does not answer.
        """
        config, access = self._config, self._access
        window = msgspec.structs.replace(
            config.window, proxy=self._gateway.proxy, user_agent_suffix=AGENT
        )
        context = await open_window(browser, window, access)
        if self._shop is not None:
            await self._shop.reset(visit_id)
            await context.add_cookies([{"name": VISIT_COOKIE, "value": visit_id, "url": self.url}])
        if recording is not None:
            await recording.install(context, self._rrweb)
        clock = Clock()
        if self._robots is not None:
            await enforce_robots_txt(context, self._robots, clock)
        environment = Environment(
            context,
            msgspec.structs.replace(
                options_for(config.access),
                own_shop=config.url is None,
                allow_purchase=config.allow_purchase,
                not_purchases=config.not_purchases,
                screenshots=config.screenshots,
                human_pace=config.pace == "person",
                viewport_only=config.see == "window",
                told_where=config.see == "window",
                session_s=config.limits.seconds,
                seed=seed or 0,
            ),
            explain=self._gateway.explain,
            clock=clock,
            home=self.url,
            recording=recording,
        )
        try:
            if access.script is not None:
                await log_in(environment, self.url, access.script)
            yield environment
        finally:
            await environment.close()


def browsers_for(config: RunConfig) -> BrowserPool:
    """Browsers that start when they are wanted; to be entered. Windows of several runs may open in
    them: what a run reaches is its own, since each window has its own gateway."""
    flags = chromium_flags(trusted_key(config.access.passes))
    return BrowserPool(lambda: launch(headed=config.headed, flags=flags), config.recycle)


@asynccontextmanager
async def open_environments(
    config: RunConfig, browsers: BrowserPool | None = None
) -> AsyncIterator[EnvironmentPool]:
    """Shop, gateway and browsers, up for the run and down after it. `browsers` that are given are
    shared with others, and stay up.

    Raises:
        EnvError: no shop, or a URL that may not be visited.
        BundleError: visits are to be recorded, and rrweb is not to be had.
    """
    rrweb = (await asyncio.to_thread(fetch_bundle)).read_text("utf-8") if config.rrweb else ""
    async with AsyncExitStack() as stack:
        shop = await _shop(config, stack)
        url = config.url or (shop.url if shop else "")
        rules = SiteRules.for_start(url, config.allow)
        access = config.access
        gateway = await stack.enter_async_context(Gateway(rules, passes=access.passes))
        robots = _robots(gateway, access) if config.respect_robots else None
        if robots is not None:
            await check_start(rules.start, robots, gateway.explain)
        if browsers is None:
            browsers = await stack.enter_async_context(browsers_for(config))
        yield EnvironmentPool(config, url, gateway, browsers, shop, robots, rrweb)


def _robots(gateway: Gateway, access: Access) -> Robots:
    """A reader of robots.txt that is let in where the visits are."""

    def known(host: str, port: int) -> tuple[str, str] | None:
        found = access.credentials_for(host, port)
        return None if found is None else (found.user, found.password)

    opens = bool(trusted_key(access.passes))
    return Robots(gateway.url, authority=gateway.tls.authority if opens else "", known=known)


@asynccontextmanager
async def open_environment(config: RunConfig) -> AsyncIterator[Environment]:
    """One customer's environment by itself, for one visit.

    Raises:
        EnvError: no browser, no shop, or a URL that may not be visited.
    """
    async with open_environments(config) as pool, pool.browsers.acquire() as browser:
        async with pool.acquire(browser, f"visit-{uuid4().hex}", seed=None) as environment:
            yield environment


async def _shop(config: RunConfig, stack: AsyncExitStack) -> Shop | None:
    """The embedded shop, if the plan goes there: one that runs already, or one of our own."""
    if config.url is not None:
        return None
    if config.shop is None:
        return await stack.enter_async_context(
            serve(variant=config.variant, events_file=config.shop_log)
        )
    shop = Shop(config.shop)
    stack.push_async_callback(shop.close)
    return shop
