"""Data sets of sessions: read as a stream from any layout, written as a stream.

Takes a file (JSON Lines, plain or compressed, or Parquet), a live run's folder or one of its logs,
or a folder of data set files. A row must be right in itself and fit the rest: ids occur once, steps
are counted from 0, clocks do not run backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from agent.sessions.jsonl import Bad, Row, read_text_rows
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
        for row in _read_file(file, on_read):
            error = row.error if isinstance(row, Bad) else _misfit(row, seen)
            if error is None:
                assert isinstance(row, Row)
                seen[row.session.session_id] = f"{row.path.name}:{row.line}"
                yield row
            elif on_bad is None:
                raise error
            else:
                on_bad(error)


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


def _misfit(row: Row, seen: dict[str, str]) -> RecordError | None:
    """What is wrong with a well-formed row."""
    session = row.session
    what = None
    if session.session_id in seen:
        what = f"session {session.session_id!r} was already in {seen[session.session_id]}"
        return _error(row, what, "$.session_id")
    for i, step in enumerate(session.steps):
        if step.index != i:
            return _error(row, f"step {step.index} where step {i} belongs", f"$.steps[{i}].index")
        if i and step.timestamp < session.steps[i - 1].timestamp:
            what = f"the clock runs backwards, from {session.steps[i - 1].timestamp.isoformat()}"
            what += f" to {step.timestamp.isoformat()}"
            return _error(row, what, f"$.steps[{i}].timestamp")
    return None


def _error(row: Row, what: str, field: str) -> RecordError:
    return RecordError(f"{row.path}:{row.line}: {what} - at `{field}`")
