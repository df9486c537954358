"""Playing tasks one after another or a few at once, and judging what became of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from bench.miniwob.play import Over, Play, environment_of
from bench.miniwob.reasons import NOT_POSSIBLE, NotPossible
from bench.miniwob.results import Result, Verdict
from bench.miniwob.served import serve
from bench.miniwob.solvers import solver_of
from envs.browser.browser import Browser, launch
from envs.errors import EnvError

PATIENCE_S = 100.0
"""Longest one play may take: a little more than the task's own limit."""


async def play_all(
    names: Sequence[str],
    seeds: Sequence[int],
    at_once: int,
    watch: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Play each task with each seed; `watch` is told of each when it is over. In given order."""
    gate = asyncio.Semaphore(at_once)
    with serve() as url:
        async with launch() as browser:

            async def one(name: str, seed: int) -> Result:
                async with gate:
                    result = await play_one(browser, url, name, seed)
                watch(result)
                return result

            return await asyncio.gather(*(one(n, s) for n in names for s in seeds))


async def play_one(browser: Browser, url: str, name: str, seed: int) -> Result:
    """Play one task; a task that no customer's action can do is not played."""
    if name in NOT_POSSIBLE:
        return Result(task=name, seed=seed, verdict="not possible", why=NOT_POSSIBLE[name])
    environment = await environment_of(browser)
    began = time.perf_counter()
    actions = 0
    reward: float | None = None
    why = ""
    try:
        async with asyncio.timeout(PATIENCE_S):
            play = await Play.begin(environment, f"{url}/{name}.html", seed)
            try:
                await solver_of(name)(play)
                await play.wait()
                why = "the solver was done, the task was not"
            finally:
                actions = len(play.actions)
    except Over as over:
        reward = over.reward
        why = "" if reward >= 1 else "the page was not satisfied"
    except NotPossible as reason:
        return Result(task=name, seed=seed, verdict="not possible", why=str(reason))
    except TimeoutError:
        why = f"not done after {PATIENCE_S:g} s"
    except (EnvError, RuntimeError, LookupError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"[:400]
    finally:
        await environment.close()
    verdict: Verdict = "solved" if reward is not None and reward >= 1 else "failed"
    return Result(
        task=name,
        seed=seed,
        verdict=verdict,
        reward=reward,
        actions=actions,
        seconds=time.perf_counter() - began,
        why=why,
    )
