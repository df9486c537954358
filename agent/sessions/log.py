"""Session logs of live runs on disk: appended step by step, read back whole.

``sessions/ID.jsonl`` holds a ``session`` line, a ``step`` line per step and an ``end`` line. A
killed process loses at most the line it was writing. Knows one file at a time; data sets of many
sessions are `agent.sessions.dataset`'s business.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

import msgspec

from agent.sessions.jsonl import Bad, Row, misfit, read_text_rows, rows_in
from agent.sessions.lines import Line
from agent.sessions.session import Finding, RecordError, Session, Step, to_builtins


class _EndLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="end"):
    end: str
    findings: tuple[Finding, ...] = ()


class SessionLog:
    """Appends one session to a new file. Every line is flushed to the operating system."""

    def __init__(self, path: Path, session: Session) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb", buffering=0)
        self._write(_head_line(session))

    def step(self, step: Step) -> None:
        self._write(_step_line(step))

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None:
        self._write(_end_line(end, findings))
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> SessionLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, line: bytes) -> None:
        data = memoryview(line)
        while data:
            data = data[self._file.write(data) or 0 :]


def log_lines(session: Session) -> Iterator[bytes]:
    """The lines of a whole session's log, as `SessionLog` would have written them."""
    yield _head_line(session)
    for step in session.steps:
        yield _step_line(step)
    if session.end is not None:
        yield _end_line(session.end, session.findings)


def read_session_log(path: Path) -> Session:
    """The session in one log file; `end` is None when the process died before it was known.

    A last line without its newline is what a killed process leaves, and is dropped.

    Raises:
        RecordError: with file, line and field; or the file holds more than one session.
    """
    return _only(read_text_rows(path), path)


def decode_session_log(data: bytes, where: str) -> Session:
    """As `read_session_log`, of a log's content; `where` names it in errors."""
    *whole, last = data.split(b"\n")
    lines = [Line(n, line, whole=True, size=len(line)) for n, line in enumerate(whole, 1)]
    if last:
        lines.append(Line(len(lines) + 1, last, whole=False, size=len(last)))
    return _only(rows_in(iter(lines), Path(where)), Path(where))


def _only(rows: Iterable[Row | Bad], path: Path) -> Session:
    sessions = []
    for row in rows:
        error = row.error if isinstance(row, Bad) else misfit(row, {})
        if error is not None:
            raise error
        assert isinstance(row, Row)
        sessions.append(row.session)
    if len(sessions) != 1:
        count = len(sessions) or "no"
        raise RecordError(f"{path}: it holds {count} sessions; the log of a visit holds one")
    return sessions[0]


def _head_line(session: Session) -> bytes:
    head = to_builtins(msgspec.structs.replace(session, steps=(), end=None, findings=()))
    return msgspec.json.encode({"type": "session", **head}) + b"\n"


def _step_line(step: Step) -> bytes:
    return msgspec.json.encode({"type": "step", **to_builtins(step)}) + b"\n"


def _end_line(end: str, findings: tuple[Finding, ...]) -> bytes:
    return msgspec.json.encode(_EndLine(end, findings)) + b"\n"
