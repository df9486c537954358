"""Shows how far the reading of a data set is, and how long it will take.

For commands: a bad row ends them with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from agent.sessions.dataset import BadRows, files_of
from agent.sessions.lines import OnRead
from agent.sessions.session import RecordError
from eval import formatting
from shopper.console import plain_console
from shopper.failure import Failure

_err = plain_console(stderr=True)


@contextmanager
def reading(path: Path, doing: str) -> Iterator[OnRead]:
    """A progress bar for as long as the block runs; give what it yields to the reader.

    Raises:
        Failure: there are no data files at `path`, or the block met a bad row.
    """
    files = files_of(path)
    if not files:
        raise Failure(f"{path} holds no sessions: no data files are in it", 2)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task(doing, total=sum(file.stat().st_size for file in files))
        try:
            yield lambda size: bar.advance(task, size)
        except RecordError as error:
            advice = "`shopper data check` lists all; --skip-bad passes over."
            raise Failure(f"{error}\n{advice}", 2) from error


def tell_bad_rows(bad: BadRows) -> None:
    """Say which rows were passed over; of many, the first few and how many more."""
    for reason in bad.reasons:
        _err.print(f"bad row: {reason}", soft_wrap=True)
    if bad.count > len(bad.reasons):
        more = formatting.count(bad.count - len(bad.reasons), "more bad row")
        _err.print(f"... and {more}")
