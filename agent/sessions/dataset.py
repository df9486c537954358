"""Data sets of sessions: read as a stream from any layout, written as a stream.

Takes a file (JSON Lines, plain or compressed, or Parquet), a live run's folder or one of its logs,
or a folder of data set files. A row must be right in itself and fit the rest: ids occur once, steps
are counted from 0, clocks do not run backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from agent.sessions.jsonl import Bad, Row, misfit, read_text_rows
from agent.sessions.lines import PARQUET, OnRead, read_head
from agent.sessions.session import RecordError, Session
from agent.sessions.writer import FORMATS, FormatError, SessionWriter

__all__ = [
    "FORMATS",
    "BadRows",
    "FormatError",
    "Row",
    "SessionWriter",
    "files_of",
    "read_rows",
    "read_sessions",
    "write_sessions",
]

OnBad = Callable[[RecordError], None]
_EXAMPLES = 20


class BadRows:
    """Counts rows that were passed over and keeps the first few reasons; an `OnBad`."""

    def __init__(self) -> None:
        self.count = 0
        self.reasons: list[str] = []

    def __call__(self, error: RecordError) -> None:
        self.count += 1
        if len(self.reasons) < _EXAMPLES:
            self.reasons.append(str(error))


def read_sessions(
    path: Path | str, *, on_bad: OnBad | None = None, on_read: OnRead | None = None
) -> Iterator[Session]:
    """Every session at `path`, in order, one in memory at a time.

    A bad row is raised, or given to `on_bad` and passed over. `on_read` hears of bytes read.

    Raises:
        OSError: the file cannot be read.
        RecordError: with file, line and field.
    """
    return (row.session for row in read_rows(path, on_bad=on_bad, on_read=on_read))


def read_rows(
    path: Path | str, *, on_bad: OnBad | None = None, on_read: OnRead | None = None
) -> Iterator[Row]:
    """As `read_sessions`, each session with where it stands."""
    seen: dict[str, str] = {}
    for file in files_of(Path(path)):
        for row in checked_rows(file, seen, on_read):
            if isinstance(row, Row):
                yield row
            elif on_bad is None:
                raise row.error
            else:
                on_bad(row.error)


def checked_rows(
    file: Path, seen: dict[str, str], on_read: OnRead | None = None
) -> Iterator[Row | Bad]:
    """Every row of one file, or what is wrong with it. `seen` says where sessions of other files
    stand, by their ids; those of this one are added.

    Raises:
        OSError: the file cannot be read.
    """
    for row in _read_file(file, on_read):
        error = misfit(row, seen) if isinstance(row, Row) else None
        if isinstance(row, Row) and error is None:
            seen[row.session.session_id] = f"{row.path.name}:{row.line}"
        yield row if error is None else Bad(error)


def write_sessions(path: Path, sessions: Iterable[Session]) -> int:
    """Write a data set; returns how many sessions it has.

    Raises:
        FormatError: the file name's ending stands for no format.
        OSError: it cannot be written.
    """
    with SessionWriter(path) as writer:
        for session in sessions:
            writer.write(session)
    return writer.count


def files_of(path: Path) -> list[Path]:
    """The data files at `path`: itself, a run folder's logs, or a folder's data set files."""
    if not path.is_dir():
        return [path]
    folder = path / "sessions" if (path / "sessions").is_dir() else path
    return sorted(one for one in folder.iterdir() if one.is_file() and one.name.endswith(FORMATS))


def _read_file(path: Path, on_read: OnRead | None) -> Iterator[Row | Bad]:
    if read_head(path) == PARQUET or path.suffix == ".parquet":
        from agent.sessions.parquet import read_parquet_rows

        return read_parquet_rows(path, on_read)
    return read_text_rows(path, on_read)
