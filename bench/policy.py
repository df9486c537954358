"""How fast the embedded policy is: loading, a step, prefix reuse, several customers at once.

    python -m bench.policy [--threads N] [--repeat K] [--precision P] [--pages N]

Prints a table of medians, of random tokens; with `--pages` only what steps take on so many of the
saved product pages, one after the other (`bench.policy_pages`).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import get_args

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.models import fetch_embedded
from agent.models.openvino import openvino_folder
from agent.policies.local.engine import GenerationRequest
from agent.policies.local.openvino import OpenVinoEngine
from agent.policies.options import Options, Precision
from agent.prompts.grammar import LegalActions, grammar
from bench.attention import looks
from bench.facts import labels
from bench.policy_pages import measure_pages
from bench.saved_pages import DATA
from envs.observation import Observation

SYSTEM, PAGE, WRITTEN = 400, 800, 60
"""Tokens of a prompt's beginning, of a new page, and of what is written on it."""

LOAD = """
import asyncio, time
began = time.perf_counter()
from agent.policies import load
policy = asyncio.run(load("smollm2-base"))
print(time.perf_counter() - began)
"""


class Bench:
    """One loaded engine and fresh random tokens."""

    def __init__(self, threads: int, precision: Precision) -> None:
        model = fetch_embedded()
        options = Options(threads=threads, precision=precision)
        self.engine = OpenVinoEngine(
            openvino_folder(model), model.tokenizer(), model.facts.window, options
        )
        self._draw = np.random.default_rng(0)
        self._sessions = 0

    def tokens(self, count: int) -> tuple[int, ...]:
        return tuple(int(i) for i in self._draw.integers(100, 40_000, count))

    def session(self) -> str:
        self._sessions += 1
        return f"bench-{self._sessions}"

    async def write(self, session: str, prompt: tuple[int, ...], most: int) -> tuple[int, ...]:
        wanted = GenerationRequest(
            session_id=session,
            prompt=prompt,
            max_tokens=most,
            stop=frozenset(),
            greedy=True,
            temperature=1.0,
            top_p=1.0,
            seed=0,
        )
        return (await self.engine.generate(wanted)).ids

    async def step(self, prefix: tuple[int, ...], *, reuse: bool) -> None:
        """A page of `PAGE` new tokens after `prefix`, `WRITTEN` tokens written on it.

        Without `reuse` after as many tokens that were never seen: the engine would find the same
        ones again, whoever's they were.
        """
        session = self.session()
        if reuse:
            await self.write(session, prefix, 1)
        else:
            prefix = self.tokens(len(prefix))
        began = time.perf_counter()
        await self.write(session, prefix + self.tokens(PAGE), WRITTEN)
        self.took = time.perf_counter() - began

    async def together(self, customers: int) -> None:
        prompts = [self.tokens(SYSTEM + PAGE) for _ in range(customers)]
        began = time.perf_counter()
        await asyncio.gather(*(self.write(self.session(), p, WRITTEN) for p in prompts))
        self.took = time.perf_counter() - began

    async def median(self, work: Callable[[], Awaitable[None]], repeat: int) -> float:
        times = []
        for _ in range(repeat):
            await work()
            times.append(self.took)
        return statistics.median(times)


def load_seconds(repeat: int) -> float:
    """Seconds from the first import to a policy that can decide, in processes of their own."""
    outputs = [
        subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        for _ in range(repeat)
    ]
    return statistics.median(float(done.stdout) for done in outputs)


async def measure(threads: int, repeat: int, precision: Precision) -> Table:
    table = Table("what", "seconds", "tokens/s", title="embedded policy, medians")
    table.add_row("load from the cache", f"{load_seconds(repeat):.2f}", "")
    bench = Bench(threads, precision)
    await bench.together(1)
    for system in (SYSTEM, 4000):
        prefix = bench.tokens(system)
        for reuse in (False, True):
            taken = await bench.median(lambda p=prefix, r=reuse: bench.step(p, reuse=r), repeat)  # type: ignore[misc]
            kept = "kept" if reuse else "computed again"
            table.add_row(
                f"step: {PAGE} new, {WRITTEN} written, {system} before {kept}", f"{taken:.2f}", ""
            )
    for customers in (1, 4, 16):
        taken = await bench.median(lambda n=customers: bench.together(n), repeat)  # type: ignore[misc]
        total = customers * (SYSTEM + PAGE + WRITTEN)
        written = f"{total / taken:.0f} ({customers * WRITTEN / taken:.0f} written)"
        table.add_row(f"{customers} customers at once", f"{taken:.2f}", written)
    names = tuple(f"results.lamp_{i}_with_dimmer.add_to_cart" for i in range(1500))
    began = time.perf_counter()
    grammar(LegalActions(names, ("search",)))
    table.add_row("grammar of 1,500 names, written", f"{time.perf_counter() - began:.3f}", "")
    await bench.engine.close()
    return table


async def product_pages(count: int) -> list[Observation]:
    """The first of the labelled product pages, as they are seen."""
    names = [name for name, label in labels().items() if label.title and not label.results]
    here = [name for name in names if (DATA / "pages" / f"{name}.html.gz").is_file()]
    if not here:
        raise SystemExit(f"no labelled pages in {DATA / 'pages'}: set SHOPPER_DATA")
    return list((await looks(here[:count])).values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--precision", choices=get_args(Precision), default="auto")
    parser.add_argument("--pages", type=int, default=0, help="real pages instead of random tokens")
    chosen = parser.parse_args()
    if chosen.pages:
        wide = Console(width=100)
        return wide.print(asyncio.run(measure_pages(asyncio.run(product_pages(chosen.pages)))))
    Console(width=100).print(asyncio.run(measure(chosen.threads, chosen.repeat, chosen.precision)))


if __name__ == "__main__":
    main()
