"""Steps a second of scripted customers in the embedded shop: observation, action and log included.

    python bench/loop.py [--customers 1 4 8 16] [--visits 24]

One run, one browser at a time, screenshots off unless --screenshots. A step is everything between
two decisions: the page settled, observed, logged, the next action aimed at and carried out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from agent.crowd import Crowd, Plan
from agent.personas import cast, sample_personas
from agent.policies import load
from agent.runcard import RunCard, RunFolder
from agent.runstore import claim

SCRIPT = [
    {"type": "click", "name": "cookies.accept", "optional": True},
    {"type": "type_and_submit", "name": "*search*", "text": "headphones"},
    {"type": "click", "name": "newsletter.close", "optional": True},
    {"type": "click", "name": "results.*headphones*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "coffee mug"},
    {"type": "click", "name": "results.*mug*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "waterproof backpack"},
    {"type": "click", "name": "results.*backpack*", "pick": "random"},
    {"type": "terminate"},
]


async def measure(at_once: int, visits: int, screenshots: bool) -> tuple[int, float, float, int]:
    """Steps, wall seconds, CPU seconds (this process and its children), failed visits."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "script.json").write_text(json.dumps(SCRIPT))
        policy = await load(f"scripted:{root / 'script.json'}")
        plan = Plan(
            url=None,
            customers=tuple(cast(sample_personas(), visits, 0, None)),
            concurrency=at_once,
            screenshots=screenshots,
        )
        card = RunCard(
            shopper_version="bench",
            started_at=datetime.now(UTC),
            url="the embedded shop",
            embedded_shop=True,
            policy=policy.name,
            customers=visits,
            seed=0,
        )
        folder = RunFolder(root / "run")
        claim(folder, card, resume=False)
        clock = _Clock()
        crowd = Crowd(plan, policy, folder, card, clock.watch)
        await crowd.run({})
        totals = crowd.card.totals
        return totals.steps, clock.seconds, clock.cpu, totals.error


class _Clock:
    """Runs from the first look of the first customer to the end of the last visit."""

    def __init__(self) -> None:
        self._started: tuple[float, float] | None = None
        self.seconds = 0.0
        self.cpu = 0.0

    def watch(self, session: object, doing: str) -> None:
        if self._started is None:
            self._started = (time.perf_counter(), _cpu())
        if doing not in ("looks", "thinks", "acts"):
            self.seconds = time.perf_counter() - self._started[0]
            self.cpu = _cpu() - self._started[1]


def _cpu() -> float:
    """CPU seconds of this process and all that it started."""
    total = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--visits", type=int, default=24)
    parser.add_argument("--screenshots", action="store_true")
    options = parser.parse_args()
    table = Table(title=f"scripted customers, embedded shop, {os.cpu_count()} cores")
    for column in ("at once", "visits", "failed", "steps", "seconds", "steps/s", "CPU s/step"):
        table.add_column(column, justify="right")
    for at_once in options.customers:
        steps, seconds, cpu, failed = asyncio.run(
            measure(at_once, max(options.visits, at_once), options.screenshots)
        )
        row = (at_once, options.visits, failed, steps, f"{seconds:.1f}", f"{steps / seconds:.1f}")
        table.add_row(*map(str, row), f"{cpu / steps:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
