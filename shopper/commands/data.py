"""Look at, import, split, convert and re-simplify data sets of sessions.

The command line only: the work is done in `agent.sessions.dataset` and `agent.sources`.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import msgspec

from agent.sessions.dataset import BadRows, read_rows, read_sessions, write_sessions
from agent.sessions.session import Session
from agent.sessions.splitting import By, SplitError, assign, key_of, parse_parts, write_split
from agent.sessions.statistics import Statistics
from agent.sessions.writer import check_format
from eval import formatting
from shopper.commands._data_import import import_group
from shopper.commands._data_simplify import simplify
from shopper.commands._data_standard import sample, standard
from shopper.commands._data_summary import page_tokenizer, print_summary
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Group, option
from shopper.made_with import tell_versions
from shopper.read_progress import reading, tell_bad_rows

_err = plain_console(stderr=True)
_FILE = click.Path(exists=True, path_type=Path)
_skip_bad = option("--skip-bad", is_flag=True, help="Pass over bad rows and count them.")
_out = option(
    "--out", required=True, type=click.Path(path_type=Path), help="File or folder to write."
)


@click.group(cls=Group)
def command() -> None:
    """Look at, import, split and convert data sets of sessions.

    A data set is a file (.jsonl, .jsonl.gz, .jsonl.zst, .parquet), the folder of a run, or one of
    its logs.
    """


command.add_command(import_group)
command.add_command(simplify)
command.add_command(standard)
command.add_command(sample)


@command.command("check")
@click.argument("file", type=_FILE)
@_skip_bad
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(file: Path, skip_bad: bool, as_json: bool) -> None:
    """Say what is in FILE, and what is wrong with it.

    Bad rows are listed with file, line and field, and make the exit code 2 unless --skip-bad.
    """
    bad = BadRows()
    statistics = Statistics(*page_tokenizer())
    made: dict[tuple[tuple[str, str], ...], Session] = {}
    start = time.perf_counter()
    with reading(file, "Checking") as on_read:
        for row in read_rows(file, on_bad=bad, on_read=on_read):
            statistics.add(row)
            made.setdefault(tuple(row.session.versions.items()), row.session)
    seconds = time.perf_counter() - start
    summary = statistics.summary(bad.count)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(summary)).decode())
    else:
        print_summary(plain_console(), summary)
    rate = summary.sessions / max(seconds, 1e-9)
    _err.print(f"read in {seconds:.1f} s, {rate:,.0f} sessions/s")
    tell_versions(file, made.values())
    tell_bad_rows(bad)
    if bad.count and not skip_bad:
        raise Failure(f"{file} has {formatting.count(bad.count, 'bad row')}", 2)
    if not summary.sessions:
        raise Failure(f"{file} holds no sessions", 2)


@command.command("convert")
@click.argument("file", type=_FILE)
@_out
@_skip_bad
def convert(file: Path, out: Path, skip_bad: bool) -> None:
    """Write FILE in another format: the ending of --out says which."""
    _check_out(file, out)
    bad = BadRows()
    with reading(file, "Converting") as on_read:
        sessions = read_sessions(file, on_bad=bad if skip_bad else None, on_read=on_read)
        count = write_sessions(out, sessions)
    tell_bad_rows(bad)
    click.echo(f"{out}: {formatting.count(count, 'session')}")


@command.command("split")
@click.argument("file", type=_FILE)
@option(
    "--by",
    type=click.Choice(["session", "user"]),
    default="user",
    show_default=True,
    help="What stays together.",
)
@option(
    "--parts",
    metavar="NAME=SHARE,...",
    default="train=0.8,validation=0.1,test=0.1",
    show_default=True,
    help="What to divide into.",
)
@option(
    "--seed", type=int, default=0, show_default=True, help="Of the draw of who is in which part."
)
@option(
    "--format",
    "ending",
    type=click.Choice(["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]),
    default="jsonl.zst",
    show_default=True,
    help="Ending of the files.",
)
@_out
@_skip_bad
def split(
    file: Path, by: By, parts: str, seed: int, ending: str, out: Path, skip_bad: bool
) -> None:
    """Divide FILE into parts, written into the folder --out as train.jsonl.zst and so on."""
    shares = parse_parts(parts)
    files = {name: out / f"{name}.{ending}" for name in shares}
    for target in files.values():
        _check_out(file, target)
    bad = BadRows()
    with reading(file, "Counting") as on_read:
        sessions = read_sessions(file, on_bad=bad if skip_bad else None, on_read=on_read)
        keys = [key_of(session, by) for session in sessions]
    try:
        chosen = assign(keys, shares, seed)
    except SplitError as error:
        raise Failure(f"{file}: {error}: it has too few {by}s", 2) from error
    with reading(file, "Writing") as on_read:
        again = read_sessions(file, on_bad=BadRows() if skip_bad else None, on_read=on_read)
        counts = write_split(again, chosen, by, files)
    tell_bad_rows(bad)
    for name, target in files.items():
        groups = len({key for key, part in chosen.items() if part == name})
        told = formatting.count(counts[name], "session")
        of = f" of {formatting.count(groups, by)}" if by == "user" else ""
        click.echo(f"{target}: {told}{of}")


def _check_out(source: Path, out: Path) -> None:
    check_format(out)
    if out.exists() and out.samefile(source):
        raise Failure(f"{out} is the file that is read; write to another", 2)
