"""Many customers at once on this machine: one browser, one gateway, a few visits at a time.

Starts what a run needs, hands each customer a place of their own and keeps the run card. How a
single visit goes is `agent.loop`; what is printed is `agent.progress`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from agent.loop import Limits, Log, Watch, visit
from agent.personas import Customer
from agent.policy import Policy
from agent.runcard import RunCard, RunFolder
from agent.runstore import totals, write_card
from agent.session import FORMAT_VERSION, Session
from agent.sessionlog import SessionLog
from envs.browser import Browser, ContextOptions, launch
from envs.environment import Environment
from envs.errors import EnvError
from envs.gateway import Gateway, SiteRules, chromium_flags
from envs.gateway.robots import AGENT, Robots
from envs.manners import check_start, mind_robots
from envs.options import EnvOptions
from envs.shop import serve
from envs.shop.web import COOKIE as VISIT_COOKIE

CARD_EVERY = 5.0
"""Seconds between two writings of the run card while the run goes on."""


Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""A customer's turn to shop, by session id: entered before the visit, left after it."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `url` None means the embedded shop, started for the run."""

    url: str | None
    customers: tuple[Customer, ...]
    concurrency: int
    limits: Limits = Limits()
    allow: tuple[str, ...] = ()
    allow_purchase: bool = False
    respect_robots: bool = False
    headed: bool = False
    screenshots: bool = True
    variant: str = "default"
    window: ContextOptions = ContextOptions()
    """Device, locale and time zone of every customer; the crowd adds its own proxy."""
    shop: str | None = None
    """Address of an embedded shop that runs already; None starts one for the run."""
    shop_log: Path | None = None
    """SQLite file in which the embedded shop keeps its own log, to be read after the run."""


class Records(Protocol):
    """Where a crowd keeps what happens: `InFolder`, or what a cluster's worker sends away."""

    def log(self, session: Session) -> AbstractContextManager[Log]:
        """A new log for a visit that begins."""

    def picture(self, session_id: str, step: int, image: bytes) -> str:
        """Keep a step's picture; returns the path for the log."""

    def card(self, card: RunCard) -> None:
        """Keep the run card as it stands."""


class InFolder:
    """Keeps everything in a run's folder."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    def log(self, session: Session) -> SessionLog:
        return SessionLog(self.folder.session_log(session.session_id), session)

    def picture(self, session_id: str, step: int, image: bytes) -> str:
        path = self.folder.screenshot(session_id, step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        return str(path.relative_to(self.folder.root))

    def card(self, card: RunCard) -> None:
        write_card(self.folder, card)


Next = Callable[[], Awaitable[Customer | None]]
"""Gives the next customer to let in, None when there are no more."""


class Crowd:
    """Sends a plan's customers to its site. One use: `run`, then read `sessions` and `card`."""

    def __init__(
        self,
        plan: Plan,
        policy: Policy,
        folder: RunFolder,
        card: RunCard,
        watch: Watch,
        turn: Turn = lambda session_id: nullcontext(),
        records: Records | None = None,
    ) -> None:
        """`turn` is held during a visit: whoever runs several crowds says there who goes when.
        `records` is where everything is kept, `folder` if None."""
        self.plan = plan
        self.policy = policy
        self.folder = folder
        self.records = records or InFolder(folder)
        self.card = card
        self.watch = watch
        self.turn = turn
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
        waiting = [c for c in self.plan.customers if c.session_id not in finished]
        queue = iter(waiting)

        async def next_customer() -> Customer | None:
            return next(queue, None)

        await self.serve(next_customer, min(self.plan.concurrency, len(waiting)))

    async def serve(self, next_customer: Next, at_once: int) -> None:
        """As `run`, for customers that are named one by one, at most `at_once` at a time."""
        self._started = time.monotonic()
        self.save()
        try:
            async with self._stage() as stage:
                await self._work(stage, next_customer, at_once)
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
        self.records.card(self.card)

    async def _work(self, stage: _Stage, next_customer: Next, at_once: int) -> None:
        async def worker() -> None:
            while (customer := await next_customer()) is not None:
                async with self.turn(customer.session_id):
                    await self._one(stage, customer)

        keeper = asyncio.create_task(self._keep_card())
        workers = [asyncio.create_task(worker()) for _ in range(at_once)]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in (keeper, *workers):
                task.cancel()
            await asyncio.gather(keeper, *workers, return_exceptions=True)

    async def _one(self, stage: _Stage, customer: Customer) -> None:
        """One customer's visit, in a browser context of their own, from log to log."""
        session = self._session(stage, customer)
        with self.records.log(session) as log:
            try:
                async with stage.place(session) as place:
                    done = await visit(
                        place,
                        self.policy,
                        session,
                        log,
                        url=stage.url,
                        limits=self.plan.limits,
                        watch=self.watch,
                        save_screenshot=partial(self.records.picture, session.session_id),
                    )
            except EnvError as error:
                log.end(f"error: {error}")
                done = session.with_end(f"error: {error}")
                self.watch(done, done.end or "")
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

    async def _keep_card(self) -> None:
        while True:
            await asyncio.sleep(CARD_EVERY)
            self.save()

    @asynccontextmanager
    async def _stage(self) -> AsyncIterator[_Stage]:
        """Shop, gateway and browser, up for the run and down after it."""
        async with AsyncExitStack() as stack:
            url = self.plan.url or self.plan.shop
            if url is None:
                shop = await stack.enter_async_context(
                    serve(variant=self.plan.variant, events_file=self.plan.shop_log)
                )
                url = shop.url
            rules = SiteRules.for_start(url, self.plan.allow)
            gateway = await stack.enter_async_context(Gateway(rules))
            self._refused = gateway.refused
            robots = Robots(gateway.url) if self.plan.respect_robots else None
            if robots is not None:
                await check_start(rules.start, robots)
            browser = await stack.enter_async_context(
                launch(headed=self.plan.headed, flags=chromium_flags())
            )
            self._note_browser(browser)
            yield _Stage(self.plan, url, gateway, browser, robots)

    def _note_browser(self, browser: Browser) -> None:
        """Which browser it was, and whether it had to run without its sandbox."""
        notes = () if browser.sandboxed else ("the browser ran without its sandbox",)
        self.card = msgspec.structs.replace(
            self.card,
            versions={**self.card.versions, "chromium": browser.version},
            notes=(*self.card.notes, *notes),
        )


class _Stage:
    """What all customers of a run share."""

    def __init__(
        self, plan: Plan, url: str, gateway: Gateway, browser: Browser, robots: Robots | None
    ) -> None:
        self.plan = plan
        self.url = url
        self.site = "embedded-shop" if plan.url is None else urlsplit(url).netloc
        self._gateway = gateway
        self._browser = browser
        self._robots = robots
        self._relaunching = asyncio.Lock()

    @asynccontextmanager
    async def place(self, session: Session) -> AsyncIterator[Environment]:
        """A fresh window for one customer; a browser that died before is launched again."""
        async with self._relaunching:
            if not self._browser.alive:
                await self._browser.relaunch()
        context = await self._browser.context(
            msgspec.structs.replace(
                self.plan.window, proxy=self._gateway.proxy, user_agent_suffix=AGENT
            )
        )
        if self.plan.url is None:
            await context.add_cookies(
                [{"name": VISIT_COOKIE, "value": session.session_id, "url": self.url}]
            )
        if self._robots is not None:
            await mind_robots(context, self._robots)
        place = Environment(
            context,
            EnvOptions(
                own_shop=self.plan.url is None,
                allow_purchase=self.plan.allow_purchase,
                screenshots=self.plan.screenshots,
                session_s=self.plan.limits.seconds,
                seed=session.seed or 0,
            ),
            explain=self._gateway.explain,
        )
        try:
            yield place
        finally:
            await place.close()


def default_folder(root: Path = Path("runs")) -> Path:
    """A folder named after this moment."""
    return root / datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
