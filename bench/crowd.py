"""A crowd on one machine: steps a second, memory a customer, and the same walk by BrowserGym.

    python -m bench.crowd [--customers 1 4 8] [--visits 24] [--many 500] [--alone]

Scripted customers walk through the embedded shop: nine decisions, seven or eight of them actions on
a page. BrowserGym's environment (browsergym-core, in a virtual environment of its own under the
cache) does the same walk in the same Chromium against the same shop, a process for each customer
at once, as it is made. `--many` sends so many customers through and looks at memory and losses.
Memory is PSS of every process of a side, the shop's included on ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.async_api import async_playwright
from rich.console import Console
from rich.table import Table

from agent.cache import cache_dir
from agent.runs.capacity import customers_at_once
from bench.walk import Clock, walk
from envs.browser.chromium import find
from envs.browser.machine import cores, family, megabytes
from envs.shop import serve

RIVAL = "browsergym-core"
WALKER = Path(__file__).with_name("browsergym_walk.py")


class Watched:
    """Memory of processes that come and go, in MB, every second."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    async def watch(self, pid: int, but_not: frozenset[int] = frozenset()) -> None:
        while True:
            held = await asyncio.to_thread(self._weigh, pid, but_not)
            self.samples.append(held)
            await asyncio.sleep(1)

    @staticmethod
    def _weigh(pid: int, but_not: frozenset[int]) -> float:
        return megabytes(p for p in family(pid) if p.pid not in but_not)

    @property
    def most(self) -> float:
        return max(self.samples, default=0.0)

    def quarters(self) -> list[float]:
        """Medians of the four parts of the time, without the start and the end of the run."""
        part = max(1, len(self.samples) // 4)
        return [statistics.median(self.samples[i : i + part]) for i in range(0, part * 4, part)][:4]


class Result:
    """What one side did."""

    def __init__(self, steps: int, seconds: float, failed: int, memory: Watched) -> None:
        self.steps = steps
        self.seconds = seconds
        self.failed = failed
        self.memory = memory

    @property
    def rate(self) -> float:
        return max(1, self.steps) / self.seconds


async def ours(at_once: int, visits: int, *, screenshots: bool = False) -> Result:
    """`visits` customers, `at_once` at a time, as `shopper run` would do it."""
    clock, memory = Clock(), Watched()
    watching = asyncio.create_task(memory.watch(psutil.Process().pid))
    try:
        totals = await walk(at_once, visits, clock.watch, screenshots=screenshots)
    finally:
        watching.cancel()
    return Result(totals.steps, clock.seconds, visits - totals.terminate, memory)


async def rival(at_once: int, visits: int, delay: float | None) -> Result:
    """The same walk by BrowserGym; each process makes its share of the visits."""
    python = prepared()
    async with async_playwright() as playwright:
        chromium = find(playwright, headed=False)
    words = ["" if delay is None else str(delay), str(max(1, visits // at_once)), str(chromium)]
    async with serve() as shop:
        memory = Watched()
        walkers = [
            await asyncio.create_subprocess_exec(
                *(python, WALKER, shop.url, str(number), *words),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            for number in range(at_once)
        ]
        for walker in walkers:
            assert walker.stdout
            await walker.stdout.readline()  # it is ready
        others = frozenset(p.pid for p in _besides(walkers))
        watching = asyncio.create_task(memory.watch(psutil.Process().pid, others))
        began = time.perf_counter()
        ends = await asyncio.gather(*(walker.communicate(b"go\n") for walker in walkers))
        seconds = time.perf_counter() - began
        watching.cancel()
    steps = failed = 0
    for out, errors in ends:
        done = json.loads(out.splitlines()[-1]) if out.strip() else {"steps": 0, "failed": 1}
        if errors.strip():
            print(errors.decode()[-800:], file=sys.stderr)
        steps += done["steps"]
        failed += done["failed"]
    return Result(steps, seconds, failed, memory)


def _besides(walkers: list[asyncio.subprocess.Process]) -> Iterator[psutil.Process]:
    """This process and all it started but the walkers: not the rival's memory."""
    theirs = {p.pid for walker in walkers for p in family(walker.pid)}
    return (p for p in family(psutil.Process().pid) if p.pid not in theirs)


def prepared() -> str:
    """The Python of BrowserGym's virtual environment, which is made where it is missing."""
    folder = cache_dir("bench") / "browsergym"
    python = folder / "bin" / "python"
    with _said(f"making {folder}"):
        if not python.exists():
            venv.create(folder, with_pip=True)
        known = subprocess.run([python, "-c", "import browsergym.core"], capture_output=True)
        if known.returncode:
            subprocess.run([python, "-m", "pip", "install", "-q", RIVAL], check=True)
    return str(python)


@contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"{what} failed: {error}; --alone leaves BrowserGym out") from error


async def side_by_side(sizes: list[int], visits: int, alone: bool) -> Table:
    table = Table(title=f"the same walk through the embedded shop, {cores()} cores")
    for column in (
        "who",
        "at once",
        "visits",
        "failed",
        "steps/s",
        "PSS MB/customer",
        "ours faster",
    ):
        table.add_column(column, justify="right")

    def row(who: str, at_once: int, count: int, done: Result, ratio: str) -> None:
        each = f"{done.memory.most / at_once:.0f}"
        table.add_row(
            who, str(at_once), str(count), str(done.failed), f"{done.rate:.1f}", each, ratio
        )

    for at_once in sizes:
        count = max(visits, at_once) // at_once * at_once
        mine = await ours(at_once, count)
        row("shopper", at_once, count, mine, "")
        for name, delay in (("BrowserGym", None), ("BrowserGym, no delay", 0.0)):
            if alone:
                continue
            share = max(at_once, count // 2 // at_once * at_once)
            theirs = await rival(at_once, share, delay)
            row(name, at_once, share, theirs, f"{mine.rate / theirs.rate:.1f}x")
    return table


async def through(visits: int, at_once: int) -> Table:
    """Many customers one after another: what is lost, and whether memory grows."""
    done = await ours(at_once, visits)
    table = Table(title=f"{visits} customers, {at_once} at once, {cores()} cores")
    for column in ("lost", "steps", "steps/s", "MB in each quarter", "most MB", "MB/customer"):
        table.add_column(column, justify="right")
    table.add_row(
        str(done.failed),
        str(done.steps),
        f"{done.rate:.1f}",
        " ".join(f"{part:.0f}" for part in done.memory.quarters()),
        f"{done.memory.most:.0f}",
        f"{done.memory.most / at_once:.0f}",
    )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+")
    parser.add_argument("--visits", type=int, default=24)
    parser.add_argument(
        "--many",
        type=int,
        default=0,
        help="only so many customers, one crowd, the first of --customers at once",
    )
    parser.add_argument("--alone", action="store_true", help="without BrowserGym")
    options = parser.parse_args()
    console = Console()
    if options.many:
        at_once = (options.customers or [customers_at_once("scripted:")])[0]
        console.print(asyncio.run(through(options.many, at_once)))
    else:
        customers = options.customers or [1, 4, 8]
        console.print(asyncio.run(side_by_side(customers, options.visits, options.alone)))


if __name__ == "__main__":
    main()
