"""What the guard costs: processor time of a request with it and without, by kind of request.

    python -m bench.guard_cost [--requests 200] [--rounds 7]

A page on the loopback (served by a process of its own) asks for so many pictures, scripts, or calls
of a script that read or write, each at an address of its own. Two visits are open, one where orders
may be placed, which is without the guard, and one where none may, and take turns, each in a browser
of its own. Counted is the processor time of this process, the browsers and the driver between
them: medians over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil
from rich.console import Console
from rich.table import Table

from bench.guard_site import Site
from envs.browser.browser import launch
from envs.environment import Environment
from envs.options import EnvOptions

KINDS: Mapping[str, str] = {
    "picture": (
        "new Promise(go => {const i = new Image(); i.onload = i.onerror = go;"
        " i.src = `/i/${k}.png`;})"
    ),
    "script": (
        "new Promise(go => {const s = document.createElement('script');"
        " s.onload = s.onerror = go; s.src = `/s/${k}.js`; document.head.append(s);})"
    ),
    "call that reads": "fetch(`/api/products/${k}`).then(a => a.text())",
    "call that writes": (
        "fetch(`/api/views/${k}`, {method: 'POST', body: 'a=1'}).then(a => a.text())"
    ),
}
"""How a page's script asks for the k-th of each kind."""
_PAGE = "<!doctype html><title>Cost</title><h1>Cost</h1>"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with served() as (url, server):
        found = asyncio.run(measure(url, server, chosen.requests, chosen.rounds))
    table = Table("", "without, ms", "with, ms", "the guard, ms")
    for kind, (without, guarded) in found.items():
        table.add_row(kind, f"{without:.2f}", f"{guarded:.2f}", f"{guarded - without:+.2f}")
    Console().print(table)


async def measure(
    url: str, server: int, requests: int, rounds: int
) -> dict[str, tuple[float, float]]:
    """Processor milliseconds a request by kind, without the guard and with it."""
    costs: dict[tuple[str, bool], list[float]] = {}
    async with launch() as free, launch() as held:
        visits = {
            False: Environment(await free.context(), EnvOptions(allow_purchase=True)),
            True: Environment(await held.context(), EnvOptions()),
        }
        for visit in visits.values():
            await visit.start(url)
        for turn in range(rounds + 1):
            for kind, one in KINDS.items():
                for guarded, visit in visits.items():
                    cost = await _cost(
                        visit, one.replace("${k}", f"{turn}-${{k}}"), requests, server
                    )
                    if turn:  # the first one warms up
                        costs.setdefault((kind, guarded), []).append(cost)
        for visit in visits.values():
            await visit.close()
    return {
        kind: (statistics.median(costs[kind, False]), statistics.median(costs[kind, True]))
        for kind in KINDS
    }


async def _cost(visit: Environment, one: str, requests: int, server: int) -> float:
    """Processor milliseconds of one of so many requests at once."""
    script = f"() => Promise.all([...Array({requests}).keys()].map(k => {one})).then(() => 0)"
    before = processor_seconds(server)
    await visit.page.evaluate(script)
    return 1000 * (processor_seconds(server) - before) / requests


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Address and process id of a site in a process of its own."""
    told: multiprocessing.Queue[str] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_serve, args=(told,), daemon=True)
    process.start()
    try:
        yield told.get(), process.pid or 0
    finally:
        process.kill()


def _serve(told: multiprocessing.Queue[str]) -> None:
    with Site({"/": _PAGE}) as site:
        told.put(site.url)
        multiprocessing.Event().wait()


def processor_seconds(server: int) -> float:
    """Of this process and all that it started, but for the server."""
    own = psutil.Process()
    total = 0.0
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += (times.user + times.system) * (process.pid != server)
    return total


if __name__ == "__main__":
    main()
