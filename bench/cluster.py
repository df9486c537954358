"""A clustered run beside a plain one: steps a second, memory of a worker, bytes a step.

    python -m bench.cluster [--visits 24] [--workers 1]

The same scripted walk through the embedded shop, by `shopper run` and by `shopper run --cluster
local --out file://...`, each in a process of its own. Steps a second are those of the run card,
which counts from the start of the first browser to the end of the last visit; starting Ray is the
rest of `wall`. Memory is PSS of a worker and its browser at its highest. Last, how many steps a
second a driver could read and book when workers write the logs; Ray's own share is not in it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from agent.cluster.ledger import Ledger
from agent.cluster.messages import (
    StepTaken,
    VisitEnded,
    VisitProgress,
    VisitStarted,
    WorkerEvents,
    pack,
    unpack,
)
from agent.cluster.url_store import UrlStore
from agent.personas.personas import cast, new_session, sample_personas
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import new_card
from agent.runs.folder import read_card
from agent.sessions.session import Step
from bench.walk import SCRIPT
from envs.actions import Terminate

LOOK_EVERY = 0.5
NOW = datetime.now(UTC)


def measure(root: Path, words: list[str], visits: int) -> tuple[RunCard, float, float]:
    """The run card, wall seconds, and the highest PSS in MB of one worker with its browser."""
    (root / "script.json").write_text(json.dumps(SCRIPT))
    command = [sys.executable, "-m", "shopper", "run", "--customers", str(visits)]
    command += ["--policy", f"scripted:{root / 'script.json'}", *words]
    began, most = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, worker_memory(psutil.Process(run.pid)))
            time.sleep(LOOK_EVERY)
    return read_card(RunFolder(root / "run")), time.perf_counter() - began, most


def worker_memory(run: psutil.Process) -> float:
    """PSS in MB of the first worker with what it started, 0 where there is none."""
    with contextlib.suppress(psutil.Error):
        for process in run.children(recursive=True):
            if "ray::Worker" in " ".join(process.cmdline()[:1]):
                return sum(map(pss, (process, *process.children(recursive=True))))
    return 0.0


def pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except psutil.Error:
        return 0.0


def bytes_a_step(root: Path, folder: str, steps: int) -> int:
    return sum(p.stat().st_size for p in (root / folder).rglob("*") if p.is_file()) // steps


def booked(visits: int = 2000, steps: int = 12) -> float:
    """Steps a second through a driver's books: messages read, sessions followed, ends counted."""
    card = new_card(url="https://shop.test/", policy="none", customers=visits, seed=0, arguments={})
    step = Step(index=0, timestamp=NOW, url=card.url, context="", action=Terminate())
    news = []
    for customer in cast(sample_personas(), visits, 0, None):
        name = customer.session_id
        session = new_session(customer, site=card.site, policy="none", versions={})
        one = [
            VisitProgress(name, "looks"),
            VisitProgress(name, "thinks"),
            VisitProgress(name, "acts"),
            StepTaken(name, step),
        ]
        news.append(
            pack(WorkerEvents((VisitStarted(session), *one * steps, VisitEnded(name, "terminate"))))
        )
    with tempfile.TemporaryDirectory() as scratch:
        ledger = Ledger(card, UrlStore(f"file://{scratch}"), lambda session, doing: None)
        began = time.perf_counter()
        for data in news:
            for event in unpack(data, WorkerEvents).events:
                ledger.note(None, event)
        return visits * steps / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=24)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    table = Table(
        title=f"{options.visits} visits, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    for column in (
        "run",
        "failed",
        "steps",
        "steps/s",
        "wall s",
        "worker MB",
        "log B/step",
        "picture B/step",
    ):
        table.add_column(column, justify="right")
    for name in ("plain", "cluster"):
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            words = ["--out", str(root / "run"), "--concurrency", "8"]
            if name == "cluster":
                words = ["--cluster", "local", "--workers", str(options.workers)]
                words += ["--concurrency", str(8 // options.workers), "--out", f"file://{root}/run"]
            card, wall, memory = measure(root, words, options.visits)
            n = card.totals
            sizes = [
                bytes_a_step(root / "run", part, n.steps) for part in ("sessions", "screenshots")
            ]
            table.add_row(
                name, str(n.error), str(n.steps), f"{n.steps / n.seconds:.1f}", f"{wall:.0f}",
                f"{memory:.0f}", *map(str, sizes),
            )  # fmt: skip
    Console().print(table)
    Console().print(f"a driver's books take {booked():,.0f} steps a second")


if __name__ == "__main__":
    main()
