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
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import Protocol

import msgspec

from agent.personas.personas import Customer, new_session
from agent.policies.synthetic import SyntheticPolicy, persona_of
from agent.runs.visit import EnvironmentProtocol, Limits, NoLog, visit
from agent.sessions.outcome import error_text, failed, outcome_of
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Session
from agent.shoppers.published_figures import ShopperTally
from agent.shoppers.user import PlannedVisit, population, visits_of
from agent.sources.made_with import SHOPPERS_VERSION
from agent.sources.settled import ADDRESS, settled
from envs.actions import ActionSet
from envs.browser.browser import Browser, launch
from envs.environment import Environment
from envs.errors import BrowserGone, EnvError
from envs.options import EnvOptions
from envs.page.script import version as simplifier_version
from envs.rehearsal import RehearsalStage
from envs.shop import Shop, Storefront, serve
from envs.shop.web import COOKIE

SITE = "embedded-shop"
MOST_STEPS = 40
MOST_LOOKS = 300
"""Steps of a visit at most where scrolls are steps, too."""
WINDOWS = 3
"""Windows in which a rehearsal lays its pages out."""
ATTEMPTS = 3
_FLAGS = ("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",)
"""The browser can reach this machine and nothing else."""


class SimulationJob(msgspec.Struct, frozen=True, kw_only=True):
    """What to simulate: the first `sessions` visits of the population of `seed`, without the
    `first` ones, which were made before. `rehearsed`: without loading pages in the browser; the
    sessions are the same."""

    sessions: int
    first: int = 0
    seed: int
    concurrency: int
    reasoning: bool = True
    actions: ActionSet = "paper"
    """``full``: shoppers that scroll, go back, rest the pointer and wait, too; not rehearsed."""
    variant: str = "default"
    rehearsed: bool = False
    storefronts: tuple[Storefront, ...] = (Storefront(),)
    """Shops that the users visit, each user always the same; one that is named twice gets twice as
    many of them."""


def versions(actions: ActionSet = "paper") -> dict[str, str]:
    """What sessions are made with."""
    also = {} if actions == "paper" else {"actions": actions}
    return {"simplifier": simplifier_version(), "shoppers": SHOPPERS_VERSION, **also}


async def simulate(job: SimulationJob, write: Callable[[Session], None]) -> None:
    """Carry out a job; `write` gets the sessions in order, as soon as the order allows.

    Raises:
        EnvError: no browser, no shop, or a visit that failed again and again.
        ValueError: all actions are to be rehearsed, which has no window to look around in.
    """
    if job.rehearsed and job.actions != "paper":
        raise ValueError("a rehearsal has no window to look around in")
    policy = SyntheticPolicy(job.reasoning, actions=job.actions, roams=job.actions == "full")
    waiting = enumerate(visits(job))
    order = _InOrder(write)
    async with _stages(job, policy) as stages:

        async def worker() -> None:
            for number, one in waiting:
                order.take(number, await (await stages.of(one)).visit(one))

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
    users = population(job.seed, lambda id_: storefront_of(job, id_).language)
    everyone = (one for user in users for one in visits_of(user))
    return itertools.islice(everyone, job.first, job.sessions)


def storefront_of(job: SimulationJob, user_id: str) -> Storefront:
    """The shop that a user visits."""
    return Random(f"{user_id}/storefront").choice(job.storefronts)


def site_of(storefront: Storefront) -> str:
    """What a session says of where it was."""
    usual = storefront == Storefront()
    return SITE if usual else f"{SITE}/{storefront.theme}/{storefront.language}"


class _Stage(Protocol):
    """Where the visits of a job are made."""

    async def visit(self, one: PlannedVisit) -> Session: ...


class _Stages:
    """A stage for each shop, opened when the first user comes to it."""

    def __init__(
        self,
        job: SimulationJob,
        policy: SyntheticPolicy,
        browser: Browser,
        open_ones: AsyncExitStack,
    ) -> None:
        self._job = job
        self._policy = policy
        self._browser = browser
        self._open_ones = open_ones
        self._known: dict[Storefront, _Stage] = {}
        self._opening = asyncio.Lock()

    async def of(self, one: PlannedVisit) -> _Stage:
        """Where this visit is made."""
        storefront = storefront_of(self._job, one.user.id)
        async with self._opening:
            if storefront not in self._known:
                self._known[storefront] = await self._opened(storefront)
        return self._known[storefront]

    async def _opened(self, storefront: Storefront) -> _Stage:
        variant, site = self._job.variant, site_of(storefront)
        if self._job.rehearsed:
            rehearsal = RehearsalStage.open(
                self._browser, ADDRESS, variant=variant, storefront=storefront, windows=WINDOWS
            )
            return _Rehearsals(
                self._policy, await self._open_ones.enter_async_context(rehearsal), site
            )
        served = serve(variant=variant, theme=storefront.theme, language=storefront.language)
        shop = await self._open_ones.enter_async_context(served)
        return _SimulationPool(self._policy, shop, self._browser, site)


@asynccontextmanager
async def _stages(job: SimulationJob, policy: SyntheticPolicy) -> AsyncIterator[_Stages]:
    async with launch(flags=_FLAGS) as browser, AsyncExitStack() as open_ones:
        yield _Stages(job, policy, browser, open_ones)


class _Rehearsals:
    """Visits to the rehearsed shop."""

    def __init__(self, policy: SyntheticPolicy, stage: RehearsalStage, site: str) -> None:
        self._policy = policy
        self._stage = stage
        self._site = site

    async def visit(self, one: PlannedVisit) -> Session:
        """One visit.

        Raises:
            EnvError: it failed.
        """
        place = self._stage.visit(one.id)
        try:
            done = await _visited(place, self._policy, one, self._stage.address, self._site)
        finally:
            await place.close()
        if failed(done):
            raise EnvError(f"visit {one.id} failed with: {error_text(done)}")
        return settled(done, self._stage.address)


class _SimulationPool:
    """What all visits of a job share."""

    def __init__(self, policy: SyntheticPolicy, shop: Shop, browser: Browser, site: str) -> None:
        self._policy = policy
        self._shop = shop
        self._site = site
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
            return await _visited(environment, self._policy, one, self._shop.url, self._site)
        finally:
            await environment.close()


async def _visited(
    place: EnvironmentProtocol, policy: SyntheticPolicy, one: PlannedVisit, url: str, site: str
) -> Session:
    """A visit as it went at this place."""
    actions: ActionSet = "full" if policy.roams else "paper"
    session = new_session(
        _customer(one),
        site=site,
        policy=policy.name,
        versions=versions(actions),
        source="synthetic",
    )
    most = Limits(max_steps=MOST_LOOKS if policy.roams else MOST_STEPS)
    return await visit(place, policy, session, NoLog(), url=url, limits=most)


def _customer(one: PlannedVisit) -> Customer:
    """Who makes the visit; their place among the others is in no session, so it does not matter."""
    return Customer(0, one.id, persona_of(one.user), one.intent, one.seed)


def tally_session(tally: ShopperTally, session: Session) -> None:
    """Count one session, without what only looks further; of the oracle the steps that benchmarks
    predict, all but the first."""
    session = without_browsing(session)
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
