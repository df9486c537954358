"""Data sets of sessions: read as a stream from any layout, written as a stream.

Takes a file (JSON Lines, plain or compressed, or Parquet), a live run's folder or one of its logs,
or a folder of data set files. Knows nothing of what the sessions are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from agent.data.rows import Row, read_text_rows
from agent.session import RecordError, Session

OnBad = Callable[[RecordError], None]


def read_sessions(path: Path, *, on_bad: OnBad | None = None) -> Iterator[Session]:
    """Every session at `path`, in order.

    A bad row is raised, or given to `on_bad` and passed over.

    Raises:
        OSError: the file cannot be read.
        RecordError: with file, line and field.
    """
    return (row.session for row in read_rows(path, on_bad=on_bad))


def read_rows(path: Path, *, on_bad: OnBad | None = None) -> Iterator[Row]:
    """As `read_sessions`, each session with where it stands."""
    for file in files_of(path):
        for row in read_text_rows(file):
            if isinstance(row, Row):
                yield row
            elif on_bad is None:
                raise row.error
            else:
                on_bad(row.error)


def files_of(path: Path) -> list[Path]:
    """The data files at `path`: itself, a run folder's logs, or a folder's data set files."""
    if not path.is_dir():
        return [path]
    folder = path / "sessions" if (path / "sessions").is_dir() else path
    return sorted(one for one in folder.iterdir() if one.is_file() and _is_data(one))


def _is_data(path: Path) -> bool:
    return any(suffix in (".jsonl", ".parquet") for suffix in path.suffixes)
