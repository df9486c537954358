"""`shopper data import rrweb` and `posthog`: recordings of people as sessions of ours.

The command line only; the work is done in `agent.sources.rrweb`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from agent.sessions.redaction import Redact
from agent.sessions.session import RecordError
from agent.sessions.writer import SessionWriter, check_format
from envs.actions import ActionSet
from eval import formatting
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Option

if TYPE_CHECKING:
    from agent.sources.rrweb.job import RecordingsJob
    from agent.sources.rrweb.quality import Quality

_err = plain_console(stderr=True)
QUESTION = (
    "Nothing in these recordings says that the people agreed to be studied. Have they, or is there "
    "another lawful ground? (--consent TEXT says which, and every session keeps a mark of it)"
)
MOST_SHOWN = 10


def recordings_command(name: str, description: str, path_help: str) -> click.Command:
    """``shopper data import NAME`` for recordings that are played."""
    return click.Command(
        name,
        help=description,
        callback=_callback(name),
        params=[
            Option(
                ["--path"],
                required=True,
                type=click.Path(exists=True, path_type=Path),
                help=path_help,
            ),
            Option(
                ["--out"],
                metavar="FILE",
                required=True,
                type=click.Path(path_type=Path),
                help="File to write: .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
            ),
            Option(
                ["--redact"],
                type=click.Choice(get_args(Redact)),
                default="personal",
                show_default=True,
                help="What is taken out wherever pages repeat it: all that was typed but searches "
                "(personal), all of it, or nothing.",
            ),
            Option(
                ["--actions"],
                type=click.Choice(get_args(ActionSet)),
                default="paper",
                show_default=True,
                help="What is kept: clicks and texts as in the paper, or scrolls and returns, too.",
            ),
            Option(
                ["--consent"],
                metavar="TEXT",
                help="On what ground these people are studied; its hash is in each session.",
            ),
            Option(
                ["--trusted"],
                is_flag=True,
                help="Believe the pages' own kinds (the embedded shop).",
            ),
            Option(
                ["--at-once"],
                type=click.IntRange(1, 64),
                default=None,
                show_default="one a core",
                help="Files played at a time.",
            ),
            Option(
                ["--skip-bad"],
                is_flag=True,
                help="Pass over recordings that cannot be imported and count them.",
            ),
        ],
    )


def _callback(name: str) -> Callable[..., None]:
    def command(
        path: Path,
        out: Path,
        redact: Redact,
        actions: ActionSet,
        consent: str | None,
        trusted: bool,
        at_once: int | None,
        skip_bad: bool,
    ) -> None:
        from agent.rrweb_bundle import fetch_bundle
        from agent.sources.rrweb.importer import ImportOptions
        from agent.sources.rrweb.job import ENDINGS, TRACE, RecordingsJob, recordings_in

        check_format(out)
        is_trace = f"import:{name}" == TRACE
        if consent is not None and not consent.strip():
            raise Failure("--consent is empty: it must say what the people agreed to", 2)
        job = RecordingsJob(
            files=recordings_in(path, (".zip",) if is_trace else ENDINGS),
            out=out,
            at_once=at_once or os.cpu_count() or 1,
            options=ImportOptions(
                source=f"import:{name}",
                redact=redact,
                actions=actions,
                trusted=trusted,
                consent=consent,
            ),
        )
        rrweb = "" if is_trace else fetch_bundle(_err.print).read_text("utf-8")
        began = time.monotonic()
        _play(job, rrweb, skip_bad)
        _write(job, consent, time.monotonic() - began)

    return command


def _play(job: RecordingsJob, rrweb: str, skip_bad: bool) -> None:
    from agent.sources.rrweb.job import play_all

    try:
        with _shown(job) as (on_read, on_file):
            on_bad = _passed_over if skip_bad else _fail
            asyncio.run(play_all(job, rrweb, on_bad, on_read, on_file))
    except KeyboardInterrupt as error:
        done = sum(job.kept().of(path).whole for path in job.files)
        raise Failure(
            f"stopped; {done:,} of {formatting.count(len(job.files), 'file')} are done and kept in "
            f"{job.kept().folder}, the same command goes on"
        ) from error


def _write(job: RecordingsJob, consent: str | None, seconds: float) -> None:
    """Put all results into the output, and say what they are."""
    from agent.sources.rrweb.job import imported
    from agent.sources.rrweb.quality import Quality

    if consent is None and not all(one.consent for one in imported(job) if one.session):
        _ask(job)
    total, users, bad = Quality(), set[str](), list[str]()
    with SessionWriter(job.out) as writer:
        for result in imported(job):
            total.add(result.quality)
            if result.bad:
                bad.append(result.bad)
            if result.session is not None:
                users.add(result.session.user_id)
                writer.write(result.session)
    job.kept().forget()
    sessions, steps = (
        formatting.count(total.sessions, "session"),
        formatting.count(total.steps, "step"),
    )
    click.echo(f"{job.out}: {sessions}, {steps} of {formatting.count(len(users), 'user')}")
    for line in said(total, seconds):
        click.echo(line)
    for reason in bad[:MOST_SHOWN]:
        _err.print(f"bad: {reason}", soft_wrap=True)
    if bad:
        _err.print(f"{formatting.count(len(bad), 'bad recording')} passed over")


def _ask(job: RecordingsJob) -> None:
    """Ask for the ground on which people are studied, where somebody can answer."""
    if not (sys.stdin.isatty() and _err.is_terminal):
        _err.print(QUESTION, soft_wrap=True)
    elif not click.confirm(QUESTION, default=True, err=True):
        raise Failure(f"nothing was written; what was read is in {job.kept().folder}: delete it")


def said(quality: Quality, seconds: float) -> Iterator[str]:
    """How good the import is, in lines."""
    from agent.sources.rrweb.quality import DROPPED

    count = formatting.count
    yield (
        f"{quality.named:.1%} of what people did has a name: {quality.kept:,} of "
        f"{quality.kept + quality.lost:,} clicks, choices and texts"
    )
    for why, many in sorted(quality.dropped.items(), key=lambda item: -item[1]):
        if many:
            yield f"  dropped: {many:,} {DROPPED[why]}"
    if quality.masked:
        yield (
            f"{count(quality.masked, 'text')} covered by the recorder, {quality.found:,} of them "
            "read from the next address; the others are [secret]"
        )
    notes = (
        (quality.torn_pages, "page", "lost a piece: what was done there afterwards is dropped"),
        (quality.clock_back, "time", "a clock ran back: time goes on from where it was"),
        (quality.cut, "recording", "cut off: they end as such, and not as people who left"),
        (quality.unstyled, "recording", "named style sheets and did not hold them"),
        (quality.recordings - quality.sessions, "recording", "without anything that is kept"),
    )
    yield from (f"{count(many, what)}: {said}" for many, what, said in notes if many)
    rate = 60 * quality.recordings / max(seconds, 1e-9)
    yield f"{count(quality.recordings, 'recording')} in {seconds:.0f} s, {rate:,.0f} a minute"


@contextmanager
def _shown(job: RecordingsJob) -> Iterator[tuple[Callable[[int], None], Callable[[Path], None]]]:
    """A bar for as long as the block runs; a line a file where there is no terminal."""
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    total, done = len(job.files), 0
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("Playing", total=sum(path.stat().st_size for path in job.files))

        def on_file(path: Path) -> None:
            nonlocal done
            done += 1
            bar.update(task, description=f"Played {done:,} of {total:,}")
            if not _err.is_terminal:
                _err.print(f"[{done}/{total}] {path.name}", soft_wrap=True, markup=False)

        yield lambda size: bar.advance(task, size), on_file


def _fail(error: RecordError) -> None:
    raise Failure(f"{error}\n--skip-bad passes over such recordings.", 2) from error


def _passed_over(error: RecordError) -> None:
    """They are told at the end, all together."""


COMMANDS = (
    recordings_command(
        "rrweb",
        "Import recordings of people that rrweb made, or a tool that is built on it. They may "
        "be JSON arrays, JSON Lines, objects that hold events, or packed; plain or compressed. "
        "They are played in a browser without a network, and the page before each action is the "
        "step's context.",
        "A recording, or a folder of them.",
    ),
    recordings_command(
        "posthog",
        "Import PostHog's session recordings, as for rrweb. Exported files (versions 2022-12-02 "
        "and 2023-04-28) and lines of the snapshot API are read, compressed or not.",
        "An export, or a folder of them.",
    ),
    recordings_command(
        "playwright-trace",
        "Import traces of Playwright that were recorded with snapshots. Versions 8 to 10 are "
        "read. Pages are opened as saved ones; frames in them are left out.",
        "A trace.zip, or a folder of them.",
    ),
)
