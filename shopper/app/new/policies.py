"""Who could decide on this machine, with the time and the money that a visit would take."""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec

from agent.models.embedded import find_embedded
from agent.policies.price import Price, dollars
from agent.policies.registry import BACKENDS, DEFAULT, Backend
from agent.policies.step_time import StepTime
from agent.policies.visit_cost import STEPS, cost_elsewhere
from agent.sessions.session import Cost
from envs.observation import Observation
from eval.formatting import count
from shopper.app.new.draft import missing_key

PATIENCE = 180.0
"""Seconds that the measurement may take, on a machine that is busy otherwise."""
WORTH_WAITING = 4.0
"""Seconds that a page waits for it."""
OFFERED = (DEFAULT, "synthetic", "anthropic", "openai", "smollm2-plain", "smollm2-base")
"""The back ends that need no file of one's own, in the order in which they are offered."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A policy; `lacks` says what it needs here to work, '' where it does."""

    policy: str
    about: str
    lacks: str = ""
    takes: str = ""


class Estimates:
    """How long the embedded model takes for a step here, measured once in the life of an app."""

    def __init__(self) -> None:
        self._measuring: asyncio.Task[StepTime | None] | None = None

    async def step(self) -> StepTime | None:
        """None where it is not known yet, or cannot be measured."""
        if self._measuring is None:
            self._measuring = asyncio.create_task(_measure())
        try:
            async with asyncio.timeout(WORTH_WAITING):
                return await asyncio.shield(self._measuring)
        except TimeoutError:
            return None

    @property
    def measuring(self) -> bool:
        """Whether it is not known yet."""
        return self._measuring is not None and not self._measuring.done()


async def offers(
    estimates: Estimates, seen: Observation | None, price: Price | None
) -> list[Offer]:
    """Those that work on this machine first. `seen` is a page of the site, by which reading costs
    what it costs; `price` that of a model elsewhere."""
    took = None if find_embedded() is None else await estimates.step()
    reads = None if seen is None else await asyncio.to_thread(cost_elsewhere, seen)
    by_name = {backend.name: backend for backend in BACKENDS}
    found = [
        _offer(by_name[name], _timed(took, measuring=estimates.measuring), reads, price)
        for name in OFFERED
        if name in by_name
    ]
    return sorted(found, key=lambda one: bool(one.lacks))


def _offer(backend: Backend, timed: str, reads: Cost | None, price: Price | None) -> Offer:
    policy = backend.example
    if backend.kind == "remote":
        has = bool(backend.key and os.environ.get(backend.key))
        lacks = "" if has or backend.key is None else missing_key(policy, backend.key)
        if backend.address_in(policy) is not None:
            lacks = "it needs a server that is running: write its model and address below"
        return Offer(
            policy=policy, about=backend.description, lacks=lacks, takes=_paid(reads, price)
        )
    if backend.kind == "light":
        return Offer(
            policy=policy,
            about=backend.description,
            takes="about a second a step, most of it the browser's; costs nothing",
        )
    lacks = (
        ""
        if find_embedded() is not None
        else "its model is not on this machine: `make run` gets it"
    )
    return Offer(policy=policy, about=backend.description, lacks=lacks, takes=timed)


def _timed(took: StepTime | None, *, measuring: bool) -> str:
    if measuring:
        return "how long it takes here is being measured: estimate again in a while; costs nothing"
    if took is None:
        return "how long it takes here could not be measured; costs nothing"
    visit = took.step * STEPS
    return (
        f"about {took.step:.1f} s a step and {visit:.0f} s a visit of {count(STEPS, 'step')}, "
        "measured on this machine; costs nothing"
    )


def _paid(reads: Cost | None, price: Price | None) -> str:
    if reads is None:
        return "some seconds a step; paid by the token"
    tokens = f"a visit of {count(STEPS, 'step')} reads about {reads.prompt_tokens:,} tokens"
    if price is None:
        return f"{tokens}; give its price below to see what that costs"
    return f"{tokens}: about ${dollars(reads, price):.3f}"


async def _measure() -> StepTime | None:
    """In a process of its own: a model that was loaded would stay in the app's memory."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shopper.app.new.step_time"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
        return msgspec.json.decode(said, type=StepTime)
    except (TimeoutError, msgspec.MsgspecError):
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
