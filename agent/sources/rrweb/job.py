"""An import of many recordings: some files at once, in a browser that is replaced when it dies.

What came of each file is kept as it comes, so that a stopped import goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from agent.sessions.session import RecordError, Session
from agent.sources.kept import FileResults, KeptResults
from agent.sources.playwright_trace.importer import import_trace
from agent.sources.rrweb.importer import ImportedRecording, ImportOptions, import_file
from envs.browser.browser import launch
from envs.browser.pool import BrowserPool, RecyclePolicy
from envs.errors import EnvError
from envs.page.script import version as simplifier_version

TRACE = "import:playwright-trace"
ENDINGS = (".json", ".jsonl", ".ndjson", ".gz", ".zst", ".rrweb")
TRIES = 2
"""So often a file is begun, when the browser fails."""

OnBad = Callable[[RecordError], None]
"""Told of what cannot be imported; raises, or lets the rest go on."""
OnFile = Callable[[Path], None]


class RecordingsJob(msgspec.Struct, frozen=True, kw_only=True):
    """What to import, and how. `at_once` files are played at a time."""

    files: tuple[Path, ...]
    out: Path
    options: ImportOptions
    at_once: int = 2
    simplifier: str = msgspec.field(default_factory=simplifier_version)

    def kept(self) -> KeptResults[ImportedRecording]:
        """Where results are kept until all are there."""
        settings = (self.options, self.simplifier)
        return KeptResults(self.out, ImportedRecording, settings)


def recordings_in(path: Path, endings: tuple[str, ...] = ENDINGS) -> tuple[Path, ...]:
    """The files of recordings at a path: itself, or those in the folder and under it.

    Raises:
        RecordError: the folder holds none.
    """
    if path.is_file():
        return (path,)
    found = sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(endings))
    if not found:
        raise RecordError(f"{path} holds no recordings: no file in it ends in {', '.join(endings)}")
    return tuple(found)


async def play_all(
    job: RecordingsJob,
    rrweb: str,
    on_bad: OnBad,
    on_read: Callable[[int], None] = lambda size: None,
    on_file: OnFile = lambda path: None,
) -> None:
    """Play what is not played yet; the results are in `job.kept()`.

    Raises:
        EnvError: no browser, or it fails again and again at one file.
        OSError: a file cannot be read, or results cannot be kept.
        RecordError: from `on_bad`.
    """
    queue = iter(job.files)
    kept = job.kept()
    async with BrowserPool(launch, RecyclePolicy()) as browsers:

        async def worker() -> None:
            for path in queue:
                results = kept.of(path)
                if not results.whole:
                    await _one(path, results, browsers, rrweb, job.options, on_bad, on_read)
                else:
                    on_read(path.stat().st_size)
                on_file(path)

        workers = [asyncio.create_task(worker()) for _ in range(min(job.at_once, len(job.files)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in workers:
                task.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _one(
    path: Path,
    results: FileResults[ImportedRecording],
    browsers: BrowserPool,
    rrweb: str,
    options: ImportOptions,
    on_bad: OnBad,
    on_read: Callable[[int], None],
) -> None:
    with results:
        for attempt in range(1, TRIES + 1):
            told = on_read if attempt == 1 else _nobody
            try:
                await _play(path, results, browsers, rrweb, options, on_bad, told)
                return
            except RecordError as error:
                _note(error, results, on_bad)
                return
            except EnvError as error:
                if attempt == TRIES:
                    _note(RecordError(f"{path}: {error}"), results, on_bad)


async def _play(
    path: Path,
    results: FileResults[ImportedRecording],
    browsers: BrowserPool,
    rrweb: str,
    options: ImportOptions,
    on_bad: OnBad,
    on_read: Callable[[int], None],
) -> None:
    """The recordings of a file that are not there yet."""
    async with browsers.acquire() as browser:
        there = results.count()
        if options.source == TRACE:
            found = import_trace(path, browser, options, there)
        else:
            found = import_file(path, browser, rrweb, options, on_read, there)
        async for result in found:
            if result.bad:
                on_bad(RecordError(result.bad))
            results.add(result)


def _note(error: RecordError, results: FileResults[ImportedRecording], on_bad: OnBad) -> None:
    on_bad(error)
    results.add(ImportedRecording(bad=str(error)))


def _nobody(size: int) -> None:
    """Nobody is told a second time."""


def imported(job: RecordingsJob) -> Iterator[ImportedRecording]:
    """What was imported, in the order of the files, each session under an id of its own."""
    kept = job.kept()
    seen: dict[str, int] = {}
    for path in job.files:
        results = kept.of(path)
        for result in results.read():
            yield msgspec.structs.replace(result, session=_unique(result.session, seen))


def _unique(session: Session | None, seen: dict[str, int]) -> Session | None:
    if session is None:
        return None
    name = session.session_id
    number = seen[name] = seen.get(name, 0) + 1
    if number == 1:
        return session
    return msgspec.structs.replace(session, session_id=f"{name}~{number}")
