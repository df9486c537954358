"""Visits recorded with rrweb in the page and imported again: are they the same, and how fast is it?

    python -m bench.recordings [--visits 100] [--at-once 2] [--out DIR]

Synthetic customers shop in the embedded shop (``shopper run --rrweb``); the recordings are imported
(``shopper data import rrweb``) and every action, its page and the end of the visit are compared.
Recordings that are in --out already are only imported. CPU time is that of this process and all it
starts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

import psutil

from agent.personas.personas import cast
from agent.rrweb_bundle import fetch_bundle
from agent.runs.card import RunFolder
from agent.runs.config import RunConfig
from agent.runs.runner import RunRequest, RunResult, run
from agent.sessions.session import Persona, RecordError, Session
from agent.sources.rrweb.importer import ImportOptions
from agent.sources.rrweb.job import RecordingsJob, imported, play_all, recordings_in
from agent.sources.rrweb.quality import Quality
from shopper.commands._data_recordings import said

GOALS = (
    "a coffee maker",
    "running shoes",
    "a gift under 20 dollars",
    "noise cancelling headphones",
)


async def recorded(folder: RunFolder, visits: int, at_once: int) -> RunResult:
    """Visits with their recordings, made if they are not there yet."""
    if not folder.card.exists():
        who = cast([(Persona(id="p", text="someone"), goal) for goal in GOALS], visits, 77, None)
        config = RunConfig(
            url=None, customers=tuple(who), concurrency=at_once, screenshots=False, rrweb=True
        )
        await run(RunRequest(config=config, policy="synthetic", seed=77, folder=folder))
    return RunResult.kept(folder)


class Cpu:
    """Processor time of this process and its children, those that have ended included."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._seen: dict[int, float] = {}

    def now(self) -> float:
        for process in [self._own, *self._own.children(recursive=True)]:
            try:
                times = process.cpu_times()
                self._seen[process.pid] = times.user + times.system
            except psutil.Error:
                continue
        return sum(self._seen.values())


def same(live: Session, found: Session | None) -> bool:
    """Whether a visit came back as it was, pages and all."""
    if found is None or found.end != live.end:
        return False
    return [(s.action, s.kind, s.url, s.context) for s in live.steps] == [
        (s.action, s.kind, s.url, s.context) for s in found.steps
    ]


def _raise(error: RecordError) -> None:
    raise error


async def measure(folder: RunFolder, visits: int, at_once: int) -> None:
    result = await recorded(folder, visits, at_once)
    files = recordings_in(folder.root / "rrweb")
    size = sum(path.stat().st_size for path in files)
    with tempfile.TemporaryDirectory() as scratch:
        options = ImportOptions(trusted=True, redact="nothing")
        job = RecordingsJob(
            files=files, out=Path(scratch, "x.jsonl"), options=options, at_once=at_once
        )
        source = fetch_bundle(print).read_text("utf-8")
        cpu = Cpu()
        before, began, spent = cpu.now(), time.perf_counter(), 0.0

        def on_file(path: Path) -> None:
            nonlocal spent
            spent = cpu.now() - before

        await play_all(job, source, _raise, on_file=on_file)
        seconds = time.perf_counter() - began
        quality, found = Quality(), {}
        for one in imported(job):
            quality.add(one.quality)
            if one.session is not None:
                found[one.session.session_id] = one.session
    finished = [visit for visit in result.sessions() if visit.end]
    equal = [visit for visit in finished if same(visit, found.get(visit.session_id))]
    steps = sum(len(visit.steps) for visit in finished)
    print(f"{len(equal)} of {len(finished)} visits came back as they were, {steps} steps")
    for visit in finished:
        if visit not in equal:
            print(f"  another: {visit.session_id}")
    for line in said(quality, seconds):
        print(line)
    print(
        f"{size / 1e6:.1f} MB of recordings; {spent / len(files):.2f} CPU s a recording, "
        f"{at_once} at once on {os.cpu_count()} cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=100)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = RunFolder(options.out or Path(scratch, "run"))
        asyncio.run(measure(folder, options.visits, options.at_once))


if __name__ == "__main__":
    main()
