"""Two sides, the same customers: a comparison run so that nothing but the side differs.

Both sides have the same personas, intents, session ids and seeds, and shop at the same time in the
same browsers: customer by customer, on A and B in an order that a coin decides for each of them. So
whatever falls on some visits and not on others (a cold start, a busy minute, a worn browser) falls
on either side with the same chance, customer by customer, and a test that flips the sides of
customers repeats the very draw. What came of it is `eval.ab.comparison`'s business.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from random import Random

import msgspec

from agent.policies.budget import Budget
from agent.policies.policy import Decision, Policy
from agent.policies.registry import find
from agent.policies.wrapper import PolicyWrapper
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.runs.crowd import Crowd, Turn
from agent.runs.environments import browsers_for
from agent.runs.folder import FolderError, read_card
from agent.runs.follow import NOBODY, Follower, OfSide
from agent.runs.lock import locked
from agent.runs.runner import Begun, RunRequest, RunResult, begins, loaded, shopping
from agent.runs.visit import Watch
from agent.sessions.session import Session
from envs.observation import Observation

LABELS = ("a", "b")
MIXED = "sides_mixed"
"""Argument on the cards of both sides, where chance decided who went where first."""
Finished = dict[str, Session]


def side_folders(root: Path) -> tuple[RunFolder, RunFolder]:
    """Where the two runs of a comparison are kept."""
    a, b = (RunFolder(root / label) for label in LABELS)
    return a, b


def is_comparison(root: Path) -> bool:
    """Whether a folder holds a comparison's two runs."""
    return all(folder.card.is_file() for folder in side_folders(root))


class PairRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison to be carried out in `root`: two plans with the same customers. The rest is as
    in `RunRequest`; the budget is that of both sides together."""

    root: Path
    configs: tuple[RunConfig, RunConfig]
    policy: str | Policy
    seed: int = 0
    resume: bool = False
    retry_failed: bool = False
    budget: Budget | None = None

    def runs(self) -> list[RunRequest]:
        """What each side is by itself. A comparison killed early has begun on one side only, and
        the other begins when it goes on."""
        return [
            RunRequest(
                config=config,
                policy=self.policy,
                folder=folder,
                seed=self.seed,
                resume=self.resume and folder.card.is_file(),
                retry_failed=self.retry_failed,
            )
            for config, folder in zip(self.configs, side_folders(self.root), strict=True)
        ]


async def run_pair(
    request: PairRequest,
    watch: Watch = lambda session, doing: None,
    begun: Begun = lambda finished: None,
    follower: Follower = NOBODY,
) -> tuple[RunResult, ...]:
    """Send the same customers to both sides; raises what `agent.runs.runner.run` raises."""
    with ExitStack() as stack:
        stack.enter_context(locked(request.root))
        _check(request)
        sides = [
            Side(
                label=label,
                config=run.config,
                folder=run.folder,
                finished=stack.enter_context(run.claimed()),
                card=_mixed(run.card(), run.folder),
            )
            for label, run in zip(LABELS, request.runs(), strict=True)
        ]
        config = request.configs[0]
        async with loaded(
            request.policy, request.budget, config.actions, config.page_tokens
        ) as policy:
            sides = [
                msgspec.structs.replace(side, card=begins(side.folder, side.card, policy))
                for side in sides
            ]
            pair = Pair(sides, policy, watch, request.seed, follower)
            begun(sum(len(side.finished) for side in sides))
            stopped = await shopping(pair.run(), request.root)
        return tuple(
            RunResult(card=crowd.card, stopped=stopped, folder=crowd.folder)
            for crowd in pair.crowds
        )


def _mixed(card: RunCard, folder: RunFolder) -> RunCard:
    """The card of a side, which says that the sides were mixed: those of earlier versions had
    browsers of their own, and went first in turns, also where such a comparison now goes on."""
    if folder.card.is_file() and MIXED not in read_card(folder).arguments:
        return card
    return msgspec.structs.replace(card, arguments={**card.arguments, MIXED: True})


def _check(request: PairRequest) -> None:
    """Whether the folder may hold this comparison.

    Raises:
        FolderError: it holds something else, or nothing that could go on.
    """
    root = request.root
    if any(folder.card.is_file() for folder in side_folders(root)):
        return
    if {path.name for path in root.iterdir()} - set(LABELS):
        raise FolderError(
            f"{root} is not empty and holds no comparison; name another folder with --out"
        )
    if request.resume:
        raise FolderError(f"nothing to resume: {root} holds no comparison")


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: how it is run, where it is kept, and whose visits are over already."""

    label: str
    config: RunConfig
    folder: RunFolder
    card: RunCard
    finished: Finished


class Pair:
    """Two crowds that mix. One use: `run`, then read `crowds`."""

    def __init__(
        self,
        sides: Sequence[Side],
        policy: Policy,
        watch: Watch,
        seed: int,
        follower: Follower = NOBODY,
    ) -> None:
        """At most as many visits at once, over both, as a side's plan has for itself."""
        self._finished = [side.finished for side in sides]
        self._browsers = browsers_for(sides[0].config)
        turns = VisitTurns(visiting_order(sides, seed), sides[0].config.concurrency)
        self.crowds = tuple(
            Crowd(
                side.config,
                apart(policy, side.card.policy, side.label),
                side.folder,
                side.card,
                _named(watch, side.label),
                turns.of(side.label),
                browsers=self._browsers,
                follower=OfSide(follower, side.label),
            )
            for side in sides
        )

    async def run(self) -> None:
        """Let everyone shop on both sides who has not yet.

        Raises:
            EnvError, OSError: as `Crowd.run`; the other side is stopped then.
        """
        async with self._browsers:
            running = [
                asyncio.create_task(crowd.run(finished))
                for crowd, finished in zip(self.crowds, self._finished, strict=True)
            ]
            try:
                await asyncio.gather(*running)
            finally:
                for task in running:
                    if not task.cancelling():  # a second time would break off its tidying up
                        task.cancel()
                await asyncio.gather(*running, return_exceptions=True)


def visiting_order(sides: Sequence[Side], seed: int) -> list[tuple[str, str]]:
    """Label and session id of every visit to come: customer by customer, on both sides in an order
    thrown for each. The same seed throws the same, also for a comparison that goes on."""
    order = []
    for customer in sides[0].config.customers:
        first_on_b = Random(f"{seed}/{customer.session_id}/side").random() < 0.5
        for side in reversed(sides) if first_on_b else sides:
            if customer.session_id not in side.finished:
                order.append((side.label, customer.session_id))
    return order


class VisitTurns:
    """Lets visits begin in a given order, at most so many at once."""

    def __init__(self, order: Sequence[tuple[str, str]], at_once: int) -> None:
        self._order = deque(order)
        self._expected = set(order)
        self._free = at_once
        self._changed = asyncio.Condition()

    def of(self, label: str) -> Turn:
        """One side's turns, for `Crowd`."""
        return lambda session_id: self._turn((label, session_id))

    @asynccontextmanager
    async def _turn(self, visit: tuple[str, str]) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._may_begin(visit))
            self._free -= 1
            if visit in self._expected:
                self._expected.remove(visit)
                self._order.popleft()
            self._changed.notify_all()
        try:
            yield
        finally:
            async with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _may_begin(self, visit: tuple[str, str]) -> bool:
        """A visit that begins a second time does not wait for those behind it."""
        return self._free > 0 and (visit not in self._expected or self._order[0] == visit)


def apart(policy: Policy, spec: str, label: str) -> Policy:
    """The policy called `spec`, whatever wraps it, for one side. What keeps things by session id,
    or may, must not take one side's sessions for the other's, which have the same ids; others draw
    by the id and must not see another.
    """
    backend = find(spec)
    if backend is not None and "session_cache" not in backend.can:
        return policy
    return _Apart(policy, label)


class _Apart(PolicyWrapper):
    """A policy to which one side's sessions are other sessions than the other's."""

    def __init__(self, policy: Policy, label: str) -> None:
        super().__init__(policy)
        self._label = label

    async def decide(self, session: Session, observation: Observation) -> Decision:
        return await self.inner.decide(_renamed(session, self._label), observation)

    async def forget(self, session_id: str) -> None:
        await self.inner.forget(f"{self._label} {session_id}")

    async def close(self) -> None:
        """The policy itself is closed by whoever loaded it."""


def _renamed(session: Session, label: str) -> Session:
    return msgspec.structs.replace(session, session_id=f"{label} {session.session_id}")


def _named(watch: Watch, label: str) -> Watch:
    """So that a table of customers tells the sides apart."""
    return lambda session, doing: watch(_renamed(session, label), doing)
