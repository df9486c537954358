"""Steps a second of scripted customers in the embedded shop: observation, action and log included.

    python -m bench.loop [--customers 1 4 8 16] [--visits 24]

One run, one browser at a time, screenshots off unless --screenshots. A step is everything between
two decisions: the page settled, observed, logged, the next action aimed at and carried out.
"""

from __future__ import annotations

import argparse
import asyncio
import os

from rich.console import Console
from rich.table import Table

from bench.walk import Clock, walk


async def measure(at_once: int, visits: int, screenshots: bool) -> tuple[int, Clock, int]:
    """Steps, the time they took, failed visits."""
    clock = Clock()
    totals = await walk(at_once, visits, clock.watch, screenshots=screenshots)
    return totals.steps, clock, totals.error


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
        visits = max(options.visits, at_once)
        steps, took, failed = asyncio.run(measure(at_once, visits, options.screenshots))
        row = (at_once, visits, failed, steps)
        rates = (f"{took.seconds:.1f}", f"{steps / took.seconds:.1f}", f"{took.cpu / steps:.3f}")
        table.add_row(*map(str, row), *rates)
    Console().print(table)


if __name__ == "__main__":
    main()
