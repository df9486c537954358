"""Which policy would run here, and how long a step takes it: measured, or estimated and said so."""

from __future__ import annotations

import asyncio

from agent.models import ModelFacts
from agent.models.ready import READY, cached_folder
from agent.models.size import EMBEDDED_PARAMETERS
from agent.policies.auto import Surroundings, pick
from agent.policies.policy import PolicyError
from agent.policies.registry import DEFAULT
from agent.policies.step_time import StepTime, measure
from shopper.check import Check

PATIENCE = 120.0
"""Seconds after which a measurement is given up."""


def check_policy(here: Surroundings) -> Check:
    """What ``--policy auto`` would take."""
    picked = pick(here)
    usual = "" if picked.policy == DEFAULT else f"; without --policy it is {DEFAULT}"
    return Check(
        area="policy",
        state="ok",
        found=f"--policy auto would take {picked.policy}: {picked.why}{usual}",
        facts={"auto": picked.policy, "why": picked.why},
    )


async def check_speed(models: ModelFacts) -> Check:
    """Let the embedded model decide, and estimate others from it."""
    if not models.present:
        return _not_measured("the embedded model is not here")
    try:
        async with asyncio.timeout(PATIENCE):
            took = await measure(DEFAULT)
    except TimeoutError:
        return _not_measured(f"{DEFAULT} decided nothing within {PATIENCE:.0f} s")
    except PolicyError as error:
        return _not_measured(str(error))
    return speed(took)


def speed(took: StepTime) -> Check:
    """What was measured, and by it the estimates for the ready models."""
    seconds = {one.hub_id: took.step * one.parameters / EMBEDDED_PARAMETERS for one in READY}
    told = ", ".join(
        f"{hub_id} {estimate:.0f} s{' (in the cache)' if cached_folder(hub_id) else ''}"
        for hub_id, estimate in reversed(seconds.items())
    )
    return Check(
        area="speed",
        state="ok",
        found=f"{DEFAULT} takes {took.step:.1f} s a step, measured now, and {took.loading:.1f} s "
        f"to load. Estimates by parameters from that rate, on this processor: {told}. "
        "Remote models and GPUs are not measured",
        facts={
            "measured": DEFAULT,
            "seconds_a_step": round(took.step, 2),
            "seconds_to_load": round(took.loading, 2),
            **{f"estimate {hub_id}": round(estimate, 1) for hub_id, estimate in seconds.items()},
        },
    )


def _not_measured(why: str) -> Check:
    return Check(area="speed", state="optional", found=f"seconds a step: not measured, {why}")
