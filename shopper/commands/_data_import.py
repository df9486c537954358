"""`shopper data import`: other people's data sets as sessions of ours.

The command line only; reading is `agent.sources.opera`.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import click

from agent.sessions.dataset import BadRows
from agent.sessions.session import RecordError, Session
from agent.sessions.splitting import assign
from agent.sessions.statistics import stands_in
from agent.sessions.writer import FORMATS, SessionWriter, check_format
from agent.sources.opera import PARTS, Configuration, Opera
from envs.actions import action_name
from shopper.console import plain_console
from shopper.failure import Failure

TEST_SHARE = 90 / 527
"""The published test part's share of sessions, kept by the user-disjoint split."""
_err = plain_console(stderr=True)

Split = Literal["none", "published", "user"]


@click.group("import")
def import_group() -> None:
    """Bring other data sets into our format."""


@import_group.command("opera")
@click.option(
    "--path",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds OPeRA_filtered or OPeRA_full.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@click.option("--configuration", type=click.Choice(["filtered", "full"]), default="filtered",
              show_default=True)  # fmt: skip
@click.option("--split", type=click.Choice(["none", "published", "user"]), default="none",
              show_default=True, help="none: all in one file; published: the data set's train and "
              "test parts, which share users; user: no user in both. With a split, --out a.jsonl "
              "gives a.train.jsonl and a.test.jsonl.")  # fmt: skip
@click.option("--merge-searches", is_flag=True,
              help="Typing and the search click after it become one type_and_submit.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of the split by user.")
@click.option("--skip-bad", is_flag=True, help="Pass over sessions with bad rows and count them.")
def opera(
    path: Path,
    out: Path,
    configuration: Configuration,
    split: Split,
    merge_searches: bool,
    seed: int,
    skip_bad: bool,
) -> None:
    """Import OPeRA (Hugging Face NEU-HAI/OPeRA, CC-BY-4.0) from its Parquet files."""
    check_format(out)
    bad = BadRows()
    on_bad = bad if skip_bad else _fail
    data = Opera(path, configuration)
    data.read_people(on_bad)
    chosen = _parts(data, split, seed)
    seen = Seen(data)
    files = {part: _file(out, part, split) for part in PARTS}
    with ExitStack() as stack:
        writers = {
            file: stack.enter_context(SessionWriter(file)) for file in dict.fromkeys(files.values())
        }
        for published, session in data.sessions(on_bad, merge=merge_searches):
            seen.add(session)
            writers[files[chosen.get(session.user_id, published)]].write(session)
    for file, writer in writers.items():
        click.echo(f"{file}: {writer.count} sessions")
    seen.report()
    for reason in bad.reasons:
        _err.print(f"bad row: {reason}", soft_wrap=True)
    if bad.count:
        _err.print(f"{bad.count} bad rows passed over")


class Seen:
    """Counts what a user of the data should know about it."""

    def __init__(self, data: Opera) -> None:
        self._data = data
        self._steps = self._reasoned = self._nameless = self._absent = self._miscounted = 0
        self._people: set[str] = set()

    def add(self, session: Session) -> None:
        self._people.add(session.user_id)
        expected = self._data.counts.get(session.session_id, len(session.steps))
        merged = session.versions.get("searches") == "merged"
        self._miscounted += not merged and expected != len(session.steps)
        for step in session.steps:
            self._steps += 1
            self._reasoned += step.reasoning is not None
            name = action_name(step.action)
            self._nameless += name == ""
            self._absent += bool(name) and not stands_in(name or "", step.context)

    def report(self) -> None:
        personas = len(self._people & self._data.personas.keys())
        click.echo(
            f"{self._steps} actions, {self._reasoned} with a rationale; {len(self._people)} users, "
            f"{personas} with a survey; {self._nameless} actions on elements without a name, "
            f"{self._absent} on names that are not in the HTML"
        )
        if self._miscounted:
            click.echo(f"{self._miscounted} sessions have another number of actions than announced")


def _parts(data: Opera, split: Split, seed: int) -> dict[str, str]:
    """The part of each user when the split is by user."""
    if split != "user":
        return {}
    return assign(data.session_users(), {"train": 1 - TEST_SHARE, "test": TEST_SHARE}, seed)


def _file(out: Path, part: str, split: Split) -> Path:
    if split == "none":
        return out
    ending = max((e for e in FORMATS if out.name.endswith(e)), key=len)
    return out.with_name(f"{out.name.removesuffix(ending)}.{part}{ending}")


def _fail(error: RecordError) -> None:
    raise Failure(f"{error}\n--skip-bad passes over such rows.", 2) from error
