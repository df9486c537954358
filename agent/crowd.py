"""Many customers at once on this machine: one browser, one gateway, a few visits at a time.

Starts what a run needs, hands each customer a place of their own and keeps the run card. How a
single visit goes is `agent.loop`; what is printed is `agent.progress`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from agent.loop import Limits, Watch, visit
from agent.personas import Customer
from agent.policy import Policy
from agent.runcard import RunCard, RunFolder
from agent.runstore import totals, write_card
from agent.session import FORMAT_VERSION, Session
from agent.sessionlog import SessionLog
from envs.browser import Browser, launch
from envs.environment import Environment, Options
from envs.errors import EnvError
from envs.gateway import Gateway, SiteRules
from envs.shop import serve

CARD_EVERY = 5.0
"""Seconds between two writings of the run card while the run goes on."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `url` None means the embedded shop, started for the run."""

    url: str | None
    customers: tuple[Customer, ...]
    concurrency: int
    limits: Limits = Limits()
    allow: tuple[str, ...] = ()
    allow_purchase: bool = False
    headed: bool = False
    screenshots: bool = True
    raw_html: bool = False
    variant: str = "default"


class Crowd:
    """Sends a plan's customers to its site. One use: `run`, then read `sessions` and `card`."""

    def __init__(
        self, plan: Plan, policy: Policy, folder: RunFolder, card: RunCard, watch: Watch
    ) -> None:
        self.plan = plan
        self.policy = policy
        self.folder = folder
        self.card = card
        self.watch = watch
        self.sessions: dict[str, Session] = {}
        self._refused: Counter[str] = Counter()
        self._started = time.monotonic()

    async def run(self, finished: dict[str, Session]) -> None:
        """Let everyone shop who is not in `finished`; returns when the last visit is over.

        However it ends, the run card says what was reached.

        Raises:
            EnvError: no browser, no shop, or a URL that may not be visited.
            OSError: a log cannot be written.
        """
        self.sessions.update(finished)
        self._started = time.monotonic()
        waiting = [c for c in self.plan.customers if c.session_id not in finished]
        self.save()
        try:
            async with self._stage() as stage:
                await self._work(stage, waiting)
        finally:
            self.save(over=True)

    def save(self, *, over: bool = False) -> None:
        """Write the run card as things stand."""
        self.card = msgspec.structs.replace(
            self.card,
            finished_at=datetime.now(UTC) if over else None,
            totals=totals(self.sessions.values(), time.monotonic() - self._started),
            refused=dict(sorted(self._refused.items())),
        )
        write_card(self.folder, self.card)

    async def _work(self, stage: _Stage, waiting: list[Customer]) -> None:
        queue = iter(waiting)

        async def worker() -> None:
            for customer in queue:
                await self._one(stage, customer)

        keeper = asyncio.create_task(self._keep_card())
        workers = [
            asyncio.create_task(worker()) for _ in range(min(self.plan.concurrency, len(waiting)))
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in (keeper, *workers):
                task.cancel()
            await asyncio.gather(keeper, *workers, return_exceptions=True)

    async def _one(self, stage: _Stage, customer: Customer) -> None:
        """One customer's visit, in a browser context of their own, from log to log."""
        session = self._session(stage, customer)
        with SessionLog(self.folder.session_log(session.session_id), session) as log:
            async with stage.place(session) as place:
                done = await visit(
                    place,
                    self.policy,
                    session,
                    log,
                    url=stage.url,
                    limits=self.plan.limits,
                    watch=self.watch,
                    save_screenshot=lambda n, picture: self._keep(session.session_id, n, picture),
                    keep_raw_html=self.plan.raw_html,
                )
        self.sessions[session.session_id] = done

    def _session(self, stage: _Stage, customer: Customer) -> Session:
        return Session(
            session_id=customer.session_id,
            user_id=customer.persona.id,
            site=stage.site,
            started_at=datetime.now(UTC),
            source="live",
            persona=customer.persona,
            intent=customer.intent,
            seed=customer.seed,
            policy=self.policy.name,
            versions={"format": FORMAT_VERSION, **self.card.versions},
        )

    def _keep(self, session_id: str, step: int, picture: bytes) -> str:
        path = self.folder.screenshot(session_id, step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
        return str(path.relative_to(self.folder.root))

    async def _keep_card(self) -> None:
        while True:
            await asyncio.sleep(CARD_EVERY)
            self.save()

    @asynccontextmanager
    async def _stage(self) -> AsyncIterator[_Stage]:
        """Shop, gateway and browser, up for the run and down after it."""
        async with AsyncExitStack() as stack:
            url = self.plan.url
            if url is None:
                shop = await stack.enter_async_context(serve(variant=self.plan.variant))
                url = shop.url
            rules = SiteRules.for_start(url, self.plan.allow)
            gateway = await stack.enter_async_context(Gateway(rules))
            self._refused = gateway.refused
            stage = _Stage(self.plan, url, gateway)
            stack.push_async_callback(stage.close)
            await stage.open()
            yield stage


class _Stage:
    """What all customers of a run share."""

    def __init__(self, plan: Plan, url: str, gateway: Gateway) -> None:
        self.plan = plan
        self.url = url
        self.site = "embedded-shop" if plan.url is None else urlsplit(url).netloc
        self._gateway = gateway
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Browser:
        """The browser; a new one where there is none or the last one died."""
        async with self._opening:
            if self._browser is None or not self._browser.alive:
                await self._stack.aclose()
                self._browser = await self._stack.enter_async_context(
                    launch(headed=self.plan.headed, gateway=self._gateway)
                )
            return self._browser

    async def close(self) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def place(self, session: Session) -> AsyncIterator[Environment]:
        browser = await self.open()
        options = Options(
            own_shop=self.plan.url is None,
            allow_purchase=self.plan.allow_purchase,
            screenshots=self.plan.screenshots,
            visit_id=session.session_id,
        )
        async with browser.environment(options) as place:
            yield place


def default_folder(root: Path = Path("runs")) -> Path:
    """A folder named after this moment."""
    return root / datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
