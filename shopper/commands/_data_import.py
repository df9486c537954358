"""`shopper data import`: other people's data sets as sessions of ours.

The command line only: a subcommand for each of `agent.sources.importers`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import click

from agent.sessions.dataset import BadRows
from agent.sessions.session import RecordError, Session
from agent.sessions.splitting import assign
from agent.sessions.statistics import stands_in
from agent.sessions.writer import FORMATS, SessionWriter, check_format
from agent.sources.importers import IMPORTERS, ImportedDataSet, Importer, ImportOption
from envs.actions import action_name
from eval import formatting
from shopper.commands import _data_recordings as recordings
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Group, Option

_err = plain_console(stderr=True)

Split = Literal["none", "published", "user"]
BY_USER = ("train", "test")
"""The parts of a split by user."""


@click.group("import", cls=Group)
def import_group() -> None:
    """Bring other data sets into our format."""


def command_of(importer: Importer) -> click.Command:
    """``shopper data import NAME``."""
    return click.Command(
        importer.name,
        help=importer.description,
        callback=_callback(importer),
        params=[
            Option(
                ["--path"],
                required=True,
                type=click.Path(
                    exists=True,
                    file_okay=importer.is_file,
                    dir_okay=not importer.is_file,
                    path_type=Path,
                ),
                help=importer.path_help,
            ),
            Option(
                ["--out"],
                metavar="FILE",
                required=True,
                type=click.Path(path_type=Path),
                help="File to write.",
            ),
            *(_option(option) for option in importer.options),
            Option(
                ["--split"],
                type=click.Choice(_splits(importer)),
                default="none",
                show_default=True,
                help=_split_help(importer),
            ),
            Option(
                ["--seed"],
                type=int,
                default=0,
                show_default=True,
                help="Seed of the split by user.",
            ),
            Option(
                ["--skip-bad"],
                is_flag=True,
                help="Pass over sessions with bad rows and count them.",
            ),
        ],
    )


def _splits(importer: Importer) -> list[Split]:
    return ["none", "published", "user"] if len(importer.parts) > 1 else ["none", "user"]


def _split_help(importer: Importer) -> str:
    published = (
        f"published: the data set's {' and '.join(importer.parts)} parts, which share users; "
        if len(importer.parts) > 1
        else ""
    )
    return (
        f"none: all in one file; {published}user: no user in both. With a split, --out a.jsonl "
        "gives a.train.jsonl and a.test.jsonl."
    )


def _option(option: ImportOption) -> click.Option:
    flag = [f"--{option.name.replace('_', '-')}"]
    if not option.choices:
        return Option(flag, is_flag=True, help=option.help)
    return Option(
        flag,
        type=click.Choice(option.choices),
        default=option.choices[0],
        show_default=True,
        help=option.help,
    )


def _callback(importer: Importer) -> Callable[..., None]:
    def command(
        path: Path,
        out: Path,
        split: Split,
        seed: int,
        skip_bad: bool,
        **options: str | bool,
    ) -> None:
        check_format(out)
        bad = BadRows()
        data = importer.open(path, **options)
        _import(importer, data, out, split, seed, bad if skip_bad else _fail)
        for reason in bad.reasons:
            _err.print(f"bad row: {reason}", soft_wrap=True)
        if bad.count:
            _err.print(f"{formatting.count(bad.count, 'bad row')} passed over")

    return command


def _import(
    importer: Importer,
    data: ImportedDataSet,
    out: Path,
    split: Split,
    seed: int,
    on_bad: Callable[[RecordError], None],
) -> None:
    """Write every session to its file, and say what was written."""
    data.read_people(on_bad)
    chosen = _parts(importer, data, split, seed)
    seen = Seen(data)
    parts = BY_USER if split == "user" else importer.parts
    files = {part: _file(out, part, split) for part in parts}
    with ExitStack() as stack:
        writers = {
            file: stack.enter_context(SessionWriter(file)) for file in dict.fromkeys(files.values())
        }
        for published, session in data.sessions(on_bad):
            seen.add(session)
            writers[files[chosen.get(session.user_id, published)]].write(session)
    for file, writer in writers.items():
        click.echo(f"{file}: {formatting.count(writer.count, 'session')}")
    seen.report()


class Seen:
    """Counts what a user of the data should know about it."""

    def __init__(self, data: ImportedDataSet) -> None:
        self._data = data
        self._steps = self._reasoned = self._nameless = self._absent = self._miscounted = 0
        self._people: set[str] = set()

    def add(self, session: Session) -> None:
        self._people.add(session.user_id)
        expected = self._data.announced.get(session.session_id, len(session.steps))
        merged = session.versions.get("searches") == "merged"
        self._miscounted += not merged and expected != len(session.steps)
        for step in session.steps:
            self._steps += 1
            self._reasoned += step.reasoning is not None
            name = action_name(step.action)
            self._nameless += name == ""
            self._absent += bool(name) and not stands_in(name or "", step.context)

    def report(self) -> None:
        count = formatting.count
        personas = len(self._people & self._data.personas.keys())
        click.echo(
            f"{count(self._steps, 'action')}, {self._reasoned:,} with reasoning; "
            f"{count(len(self._people), 'user')}, {personas:,} with a survey; "
            f"{count(self._nameless, 'action')} on elements without a name, "
            f"{self._absent:,} on names that are not in the HTML"
        )
        # Importers made before there was this count, other people's too, have none.
        if left := getattr(self._data, "left_out", None):
            told = ", ".join(f"{n:,} {kind}" for kind, n in sorted(left.items()))
            click.echo(f"left out, as they are no step on a page: {told}")
        if self._miscounted:
            click.echo(
                f"in {count(self._miscounted, 'session')} the number of actions is not the one "
                "announced"
            )


def _parts(importer: Importer, data: ImportedDataSet, split: Split, seed: int) -> dict[str, str]:
    """The part of each user when the split is by user."""
    if split != "user":
        return {}
    train, test = BY_USER
    shares = {train: 1 - importer.test_share, test: importer.test_share}
    return assign(data.session_users(), shares, seed)


def _file(out: Path, part: str, split: Split) -> Path:
    if split == "none":
        return out
    ending = max((e for e in FORMATS if out.name.endswith(e)), key=len)
    return out.with_name(f"{out.name.removesuffix(ending)}.{part}{ending}")


def _fail(error: RecordError) -> None:
    raise Failure(f"{error}\n--skip-bad passes over such rows.", 2) from error


for _importer in IMPORTERS:
    import_group.add_command(command_of(_importer))
for _command in recordings.COMMANDS:
    import_group.add_command(_command)
