"""What looking costs: processor time of a run's processes while nobody looks, and while pictures of
its customers are looked at.

    python -m bench.live [--customers 4] [--seconds 20]

Customers wait on a page that changes five times a second, the hardest case: a picture is had twice a
second of each. Processor seconds of the run and its browser, so that a busy machine does not matter.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from agent.runs.live.client import Connection, connected
from agent.runs.live.messages import Does, Looks, Picture
from envs.browser.machine import family
from tests.website import Website

PAGE = """<title>Clock</title><h1>Clock</h1><a href="/a">A clock</a>
<p id=t></p><script>setInterval(() => { t.textContent = Date.now(); }, 200)</script>"""


def processor_seconds(pid: int) -> float:
    """Of a process and all its children, so far."""
    total = 0.0
    for process in family(pid):
        try:
            took = process.cpu_times()
        except psutil.Error:
            continue
        total += took.user + took.system
    return total


async def spent(run: Connection, pid: int, looks: Looks, seconds: float) -> tuple[float, int]:
    """Processor seconds a second, and pictures that came."""
    await run.ask(looks)
    pictures, before, begun = 0, processor_seconds(pid), time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            async for said in run.said():
                pictures += isinstance(said, Picture)
    except TimeoutError:
        pass
    return (processor_seconds(pid) - before) / (time.monotonic() - begun), pictures


async def measure(folder: Path, pid: int, customers: int, seconds: float) -> Table:
    names = tuple(f"customer-{number:04}" for number in range(1, customers + 1))
    table = Table("", "cores, a customer", "pictures a second", box=None)
    async with connected(folder) as run:
        await run.ask(Does("pause"))
        await spent(run, pid, Looks(), 5.0)
        for number in range(2):
            for title, looks in (("nobody looks", Looks()), ("all looked at", Looks(names))):
                cores, pictures = await spent(run, pid, looks, seconds)
                told = f"{title}, {'again' if number else 'first'}"
                rate = pictures / seconds / customers
                table.add_row(told, f"{cores / customers:.2%}", f"{rate:.2f}")
        await run.ask(Does("stop"))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    site = Website({"/": PAGE, "/a": PAGE})
    with tempfile.TemporaryDirectory() as scratch:
        folder, script = Path(scratch) / "run", Path(scratch) / "walk.json"
        script.write_text(json.dumps([{"type": "click", "name": "*clock*"}] * 30))
        words = ["run", site.url, "--customers", asked.customers, "--policy", f"scripted:{script}"]
        words += ["--intent", "a clock", "--concurrency", asked.customers, "--out", folder]
        run = subprocess.Popen(
            [sys.executable, "-m", "shopper", *map(str, words)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while len(list((folder / "screenshots").glob("*/000.jpg"))) < asked.customers:
            if run.poll() is not None:
                raise SystemExit("the run ended before it could be looked at")
            time.sleep(0.2)
        table = asyncio.run(measure(folder, run.pid, asked.customers, asked.seconds))
        run.wait(60)
    site.close()
    Console().print(table)


if __name__ == "__main__":
    main()
