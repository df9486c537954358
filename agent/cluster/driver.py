"""A run on a cluster: hands customers to workers, follows them, starts lost ones again elsewhere.

Knows workers as something that answers messages (`agent.cluster.ray.Remote`), and the place of
the records as something that keeps them (`agent.cluster.url_store`).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable

import msgspec

from agent.cluster.folder_store import FolderStore
from agent.cluster.ledger import Ledger
from agent.cluster.messages import (
    VisitEnded,
    WorkerEvents,
    WorkerFailed,
    WorkerJob,
    WorkerOrder,
    pack,
    unpack,
    unpack_greeting,
)
from agent.cluster.ray import ClusterError, RayEngine, Remote, WorkerLost
from agent.cluster.url_store import UrlStore
from agent.personas.personas import Customer
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.runs.card import RunCard
from agent.runs.config import RunConfig
from agent.runs.crowd import CARD_EVERY
from agent.runs.folder import check_budget
from agent.runs.visit import Watch
from agent.sessions.session import Session
from envs.errors import EnvError

MAX_ATTEMPTS = 5
"""A customer whose worker was lost so often is given up: it may be what ends workers."""
LOST_STARTS = 3
"""A place where so many workers in a row were lost before they could begin is given up."""
PATIENCE = 30.0
"""Seconds during which customers are kept for workers that have not begun yet."""
STOP_SECONDS = 10.0
"""Within which workers must have ended their visits when the run is stopped."""
IDLE = 0.2


class ClusterRun:
    """Sends a plan's customers through a cluster. One use: `run`, then read `card`."""

    def __init__(
        self,
        job: WorkerJob,
        customers: tuple[Customer, ...],
        workers: int,
        engine: RayEngine,
        store: FolderStore | UrlStore,
        watch: Watch,
    ) -> None:
        self._job = job
        self._customers = customers
        self._workers = workers
        self._engine = engine
        self._place = store.place
        self._ledger = Ledger(store.going_on(job.card), store, watch)
        self._waiting: deque[Customer] = deque()
        self._held: dict[str, Customer] = {}
        self._lives: Counter[str] = Counter()
        self._up = 0
        self._given_up: list[Exception] = []
        self._stopping = False
        self._started = time.monotonic()

    @property
    def card(self) -> RunCard:
        return self._ledger.card

    async def run(self, finished: dict[str, Session]) -> None:
        """Let everyone shop who is not in `finished`; returns when the last visit is over.

        However it ends, the run card says what was reached.

        Raises:
            ClusterError, EnvError, PolicyError: no worker can do its work; says why.
            FolderError: pages are shown within another budget than in an earlier part of the run.
            OSError: the records cannot be written.
        """
        self._waiting.extend(c for c in self._customers if c.session_id not in finished)
        self._ledger.resume(finished.values())
        tenders = [asyncio.create_task(self._supervise()) for _ in range(self._workers)]
        keeper = asyncio.create_task(self._keep_card())
        try:
            done, _ = await asyncio.wait(tenders, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            keeper.cancel()
            await self._stop(tenders)
            self._ledger.close()
        if self._left():
            raise self._reason()

    def _left(self) -> bool:
        return bool(self._waiting or self._held)

    async def _stop(self, tenders: list[asyncio.Task[None]]) -> None:
        """Let workers tell how far their visits came, then end them."""
        self._stopping = True
        _, late = await asyncio.wait(tenders, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*tenders, return_exceptions=True)

    async def _supervise(self) -> None:
        """Keep one place in the cluster manned as long as there is work; returns when there is
        none, or when no worker can do it there."""
        lost_starts = 0
        while self._left() and not self._stopping:
            if not self._waiting:
                await asyncio.sleep(IDLE)
                continue
            worker = self._engine.start_worker()
            mine: dict[str, Customer] = {}
            lost_starts += 1
            try:
                if await self._begin(worker):
                    lost_starts = 0
                    await self._feed(worker, mine)
            except WorkerLost as error:
                self._take_back(mine, str(error))
                if lost_starts >= LOST_STARTS:
                    return self._give_up(
                        ClusterError(f"workers end as soon as they begin: {error}")
                    )
            except _Useless as error:
                self._take_back(mine, str(error), lives=0)
                return self._give_up(error.cause)
            finally:
                worker.kill()

    async def _begin(self, worker: Remote) -> bool:
        """Start the worker once the cluster has placed it; False when it is not needed any more.

        Raises:
            WorkerLost, _Useless
            FolderError: it is shown pages within another budget than an earlier part of the run.
        """
        placed = asyncio.create_task(worker.placed())
        try:
            while not placed.done():
                if self._stopping or not self._left():
                    return False
                await asyncio.wait([placed], timeout=IDLE)
            await placed
        finally:
            placed.cancel()
        greeting = unpack_greeting(await worker.start(pack(self._job)))
        if isinstance(greeting, WorkerFailed):
            raise _Useless.of(greeting)
        if greeting.shopper_version != self._job.card.shopper_version:
            raise _Useless(
                ClusterError(
                    f"{greeting.node} has shopper {greeting.shopper_version}, this machine "
                    f"{self._job.card.shopper_version}: install the same version on all"
                )
            )
        check_budget(self._place, self._ledger.card.policy_settings, greeting.policy_settings)
        self._ledger.greet(greeting)
        return True

    async def _feed(self, worker: Remote, mine: dict[str, Customer]) -> None:
        """Give a worker customers and take its news until the run is over."""
        self._up += 1
        try:
            stop = False
            while not stop:
                stop = self._stopping or not self._left()
                order = WorkerOrder(customers=() if stop else self._hand_out(mine), stop=stop)
                news = unpack(await worker.exchange(pack(order)), WorkerEvents)
                for event in news.events:
                    self._note(worker, event, mine)
        finally:
            self._up -= 1
            self._ledger.forget(worker)

    def _note(self, worker: Remote, event: object, mine: dict[str, Customer]) -> None:
        if isinstance(event, WorkerFailed):
            raise _Useless.of(event)
        self._ledger.note(worker, event)
        if isinstance(event, VisitEnded):
            mine.pop(event.session_id, None)
            self._held.pop(event.session_id, None)

    def _hand_out(self, mine: dict[str, Customer]) -> tuple[Customer, ...]:
        """The customers a worker gets next: what it has room for, but no more than its share of
        those that are left, so that the last ones do not crowd in one place."""
        left = len(self._waiting) + len(self._held)
        early = time.monotonic() - self._started < PATIENCE
        sharing = self._workers - len(self._given_up) if early else self._up
        room = min(self._job.config.concurrency, math.ceil(left / max(1, sharing))) - len(mine)
        more = [self._waiting.popleft() for _ in range(min(max(0, room), len(self._waiting)))]
        for customer in more:
            mine[customer.session_id] = self._held[customer.session_id] = customer
        return tuple(more)

    def _take_back(self, mine: dict[str, Customer], why: str, lives: int = 1) -> None:
        """What a lost worker had begun is begun again elsewhere, from the start."""
        for session_id, customer in mine.items():
            self._held.pop(session_id, None)
            if self._stopping:
                continue
            self._lives[session_id] += lives
            if self._lives[session_id] >= MAX_ATTEMPTS:
                self._ledger.abandon(customer, f"its worker was lost {MAX_ATTEMPTS} times: {why}")
            elif lives and not self._job.config.repeatable:
                self._ledger.abandon(
                    customer,
                    f"its worker was lost: {why}; an order may have been placed, so it is not "
                    "begun again",
                )
            else:
                self._waiting.appendleft(customer)

    def _give_up(self, error: Exception) -> None:
        self._given_up.append(error)
        self._ledger.remark(f"a worker gave up: {error}")

    def _reason(self) -> Exception:
        """Why there are customers left although nobody works any more."""
        return self._given_up[0] if self._given_up else ClusterError("no worker is left")

    async def _keep_card(self) -> None:
        while True:
            await asyncio.sleep(CARD_EVERY)
            self._ledger.save()


class _Useless(Exception):
    """A worker cannot do its work, nor could another one in its place."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause

    @classmethod
    def of(cls, told: WorkerFailed) -> _Useless:
        kinds: dict[str, Callable[[str], Exception]] = {
            "choice": PolicyChoiceError,
            "policy": PolicyError,
            "world": EnvError,
            "store": OSError,
        }
        where = f" (on {told.node})" if told.node else ""
        return cls(kinds[told.fault](told.reason + where))


def job_for(
    config: RunConfig, policy: str, card: RunCard, folder: str, store: str | None
) -> WorkerJob:
    """The job of a run: everything but the customers and what only this machine can use."""
    bare = msgspec.structs.replace(config, customers=(), shop_log=None)
    return WorkerJob(config=bare, policy=policy, card=card, folder=folder, store=store)
