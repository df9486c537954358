"""Synthetic shoppers in the embedded shop, into a data set: through the real browser, or rehearsed
(`envs.rehearsal`), which gives the same sessions many times as fast.

The same seed gives the same sessions, byte for byte, at any concurrency: a visit depends on its own
seed only, sessions are written in the order of the visits, and what the machine would put in
(clock, port, waiting times, places on the page) is left out or replaced.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

import msgspec

from agent.personas.personas import Customer, new_session
from agent.policies.synthetic import SyntheticPolicy, persona_of
from agent.runs.visit import EnvironmentProtocol, Limits, NoLog, visit
from agent.sessions.outcome import error_text, failed, outcome_of
from agent.sessions.session import Result, Session
from agent.shoppers.published_figures import ShopperTally
from agent.shoppers.user import PlannedVisit, population, visits_of
from envs.browser.browser import Browser, launch
from envs.environment import Environment
from envs.errors import BrowserGone, EnvError
from envs.options import EnvOptions
from envs.page.script import version as simplifier_version
from envs.rehearsal import RehearsalStage
from envs.shop import Shop, serve
from envs.shop.web import COOKIE

SITE = "embedded-shop"
ADDRESS = "http://larkfield.example"
"""Stands in the data for the shop's address, whose port changes."""
SHOPPERS_VERSION = "2"
"""Of the behaviour model and its words; sessions that do not say it were made by version 1."""
MOST_STEPS = 40
WINDOWS = 3
"""Windows in which a rehearsal lays its pages out."""
ATTEMPTS = 3
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_FLAGS = ("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",)
"""The browser can reach this machine and nothing else."""
_SECONDS = {
    "search": 25.0, "product": 26.0, "option": 3.4, "filter": 9.0, "navigation": 26.0,
    "cart": 21.0, "buy": 26.0, "other": 2.3, "leave": 10.0,
}  # fmt: skip
"""Median seconds before an action of each kind, as people took them (OPeRA's timelines: input,
product_link, product_option, filter, nav_bar, cart_side_bar, purchase, review; leaving is our
guess). Only the clock in the data is set by them; nobody waits."""


class SimulationJob(msgspec.Struct, frozen=True, kw_only=True):
    """What to simulate: the first `sessions` visits of the population of `seed`, without the
    `first` ones, which were made before. `rehearsed`: without loading pages in the browser; the
    sessions are the same."""

    sessions: int
    first: int = 0
    seed: int
    concurrency: int
    reasoning: bool = True
    variant: str = "default"
    rehearsed: bool = False


def versions() -> dict[str, str]:
    """What sessions are made with."""
    return {"simplifier": simplifier_version(), "shoppers": SHOPPERS_VERSION}


async def simulate(job: SimulationJob, write: Callable[[Session], None]) -> None:
    """Carry out a job; `write` gets the sessions in order, as soon as the order allows.

    Raises:
        EnvError: no browser, no shop, or a visit that failed again and again.
    """
    policy = SyntheticPolicy(reasoning=job.reasoning)
    waiting = enumerate(visits(job))
    order = _InOrder(write)
    async with _stage(job, policy) as stage:

        async def worker() -> None:
            for number, one in waiting:
                order.take(number, await stage.visit(one))

        count = min(job.concurrency, job.sessions - job.first)
        workers = [asyncio.create_task(worker()) for _ in range(count)]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in workers:
                task.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


def visits(job: SimulationJob) -> Iterator[PlannedVisit]:
    """The job's visits, all of one user before the next."""
    everyone = (one for user in population(job.seed) for one in visits_of(user))
    return itertools.islice(everyone, job.first, job.sessions)


class _Stage(Protocol):
    """Where the visits of a job are made."""

    async def visit(self, one: PlannedVisit) -> Session: ...


@asynccontextmanager
async def _stage(job: SimulationJob, policy: SyntheticPolicy) -> AsyncIterator[_Stage]:
    async with launch(flags=_FLAGS) as browser:
        if job.rehearsed:
            async with RehearsalStage.open(
                browser, ADDRESS, variant=job.variant, windows=WINDOWS
            ) as stage:
                yield _Rehearsals(policy, stage)
        else:
            async with serve(variant=job.variant) as shop:
                yield _SimulationPool(policy, shop, browser)


class _Rehearsals:
    """Visits to the rehearsed shop."""

    def __init__(self, policy: SyntheticPolicy, stage: RehearsalStage) -> None:
        self._policy = policy
        self._stage = stage

    async def visit(self, one: PlannedVisit) -> Session:
        """One visit.

        Raises:
            EnvError: it failed.
        """
        place = self._stage.visit(one.id)
        try:
            done = await _visited(place, self._policy, one, self._stage.address)
        finally:
            await place.close()
        if failed(done):
            raise EnvError(f"visit {one.id} failed with: {error_text(done)}")
        return settled(done, self._stage.address)


class _SimulationPool:
    """What all visits of a job share."""

    def __init__(self, policy: SyntheticPolicy, shop: Shop, browser: Browser) -> None:
        self._policy = policy
        self._shop = shop
        self._browser = browser
        self._relaunching = asyncio.Lock()

    async def visit(self, one: PlannedVisit) -> Session:
        """One visit. When the browser fails it, it is made again from the start.

        Raises:
            EnvError: it failed as often as it may.
        """
        cause = ""
        for _ in range(ATTEMPTS):
            try:
                done = await self._attempt(one)
            except BrowserGone as error:
                cause = str(error)
                continue
            if not failed(done):
                return settled(done, self._shop.url)
            cause = error_text(done)
        raise EnvError(f"visit {one.id} failed {ATTEMPTS} times, at last with: {cause}")

    async def _attempt(self, one: PlannedVisit) -> Session:
        async with self._relaunching:
            if not self._browser.alive:
                await self._browser.relaunch()
        await self._shop.reset(one.id)
        context = await self._browser.context()
        await context.add_cookies([{"name": COOKIE, "value": one.id, "url": self._shop.url}])
        environment = Environment(context, EnvOptions(own_shop=True))
        try:
            return await _visited(environment, self._policy, one, self._shop.url)
        finally:
            await environment.close()


async def _visited(
    place: EnvironmentProtocol, policy: SyntheticPolicy, one: PlannedVisit, url: str
) -> Session:
    """A visit as it went at this place."""
    session = new_session(
        _customer(one), site=SITE, policy=policy.name, versions=versions(), source="synthetic"
    )
    return await visit(
        place, policy, session, NoLog(), url=url, limits=Limits(max_steps=MOST_STEPS)
    )


def _customer(one: PlannedVisit) -> Customer:
    """Who makes the visit; their place among the others is in no session, so it does not matter."""
    return Customer(0, one.id, persona_of(one.user), one.intent, one.seed)


def settled(session: Session, address: str) -> Session:
    """The session without what differs from run to run (clock, port, waiting times) or from
    machine to machine (where things stand on the page, which depends on the fonts). Codes of
    faults and notices are left out, too: their sentences are there, and the sets that were made
    before there were codes go on, byte for byte."""
    rng = Random(f"{session.seed}/clock")
    now = FIRST_DAY + timedelta(seconds=rng.randrange(180 * 86400))
    begin, steps = now, []
    for step in session.steps:
        now += timedelta(seconds=round(_SECONDS.get(step.kind, 5.0) * rng.lognormvariate(0, 1), 1))
        steps.append(
            msgspec.structs.replace(
                step,
                timestamp=now,
                url=ADDRESS + step.url.removeprefix(address),
                result=Result(ok=step.result.ok, error=step.result.error),
                names=tuple(msgspec.structs.replace(e, box=None) for e in step.names),
                box=None,
                viewport=None,
                load=None,
                cost=None,
                notices=None,
            )
        )
    return msgspec.structs.replace(session, started_at=begin, steps=tuple(steps))


def tally_session(tally: ShopperTally, session: Session) -> None:
    """Count one session; of the oracle the steps that benchmarks predict, all but the first."""
    p_max = [step.oracle.p_max for step in session.steps[1:] if step.oracle]
    tally.add([step.kind for step in session.steps], outcome_of(session), p_max)


class _InOrder:
    """Hands on what comes in any order in the order of its numbers."""

    def __init__(self, write: Callable[[Session], None]) -> None:
        self._write = write
        self._early: dict[int, Session] = {}
        self._next = 0

    def take(self, number: int, session: Session) -> None:
        self._early[number] = session
        while self._next in self._early:
            self._write(self._early.pop(self._next))
            self._next += 1
