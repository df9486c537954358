"""Sessions out of lines, in either layout: one session a row, or a live run's log lines.

Reports what is wrong with file, line and field. Knows neither Parquet nor folders.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from agent.parsing import TOO_DEEP, no_deeper
from agent.sessions.lines import Line, OnRead, read_lines
from agent.sessions.session import (
    Finding,
    RecordError,
    Session,
    Step,
    decode_session,
    where_not_utf8,
)

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Row(NamedTuple):
    """A session and where it stands: `line` is the line or row number, from 1."""

    session: Session
    path: Path
    line: int


class Bad(NamedTuple):
    """What is wrong with a row; the text starts with file and line."""

    error: RecordError


class _LogHead(msgspec.Struct):
    type: str | msgspec.UnsetType = msgspec.UNSET


class _End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The part of an end line that the session takes over."""

    end: str
    findings: tuple[Finding, ...] = ()


_LOG_BEGINS = b'{"type":'
_head = msgspec.json.Decoder(_LogHead)
_object = msgspec.json.Decoder(dict[str, Any])


def read_text_rows(path: Path, on_read: OnRead | None = None) -> Iterator[Row | Bad]:
    """Every session of a JSON Lines file, or why a row is none.

    A file that cannot be read on (damaged compression) ends with a Bad row.
    """
    return rows_in(read_lines(path, on_read=on_read), path)


def rows_in(given: Iterator[Line], path: Path) -> Iterator[Row | Bad]:
    """As `read_text_rows`, of the lines of a file; `path` names it in errors."""
    lines = (line for line in given if line.data is None or line.data.strip())
    try:
        first = _without_mark(next(lines, None))
        if first is None:
            yield Bad(RecordError(f"{path}: the file is empty"))
        elif first.data is not None and first.data.startswith(UTF16):
            yield Bad(RecordError(f"{path}: the file is UTF-16; save it as UTF-8"))
        elif _is_log(first):
            yield from _log_rows(path, first, lines)
        else:
            yield from _set_rows(path, first, lines)
    except RecordError as error:
        yield Bad(error)


def _without_mark(line: Line | None) -> Line | None:
    """The first line without the byte order mark that some programs begin a file with."""
    if line is None or line.data is None:
        return line
    return line._replace(data=line.data.removeprefix(codecs.BOM_UTF8))


def _is_log(line: Line) -> bool:
    if line.data is None:
        return False
    try:
        with no_deeper():
            return isinstance(_head.decode(line.data).type, str)
    except (msgspec.DecodeError, UnicodeError) as error:
        return str(error) == TOO_DEEP and line.data.startswith(_LOG_BEGINS)


def _set_rows(path: Path, line: Line | None, lines: Iterator[Line]) -> Iterator[Row | Bad]:
    while line is not None:
        try:
            if _is_log(line):
                raise RecordError("a line of a live log in a data set (two files joined?)")
            yield Row(decode_session(_data(line)), path, line.number)
        except RecordError as error:
            yield Bad(RecordError(f"{path}:{line.number}: {error}{_cut(line, error)}"))
        line = next(lines, None)


def _log_rows(path: Path, first: Line, lines: Iterator[Line]) -> Iterator[Row | Bad]:
    """Sessions of a log; one bad line makes its whole session bad, up to the next session line.
    After a session's end line it is not that session's."""
    session, steps, start, bad = None, list[Step](), first.number, None
    line: Line | None = first
    while line is not None:
        try:
            record = _log_line(line)
            if isinstance(record, Session):
                yield from _finish(path, session, steps, start, bad)
                session, steps, start, bad = record, [], line.number, None
            elif session is None:
                raise RecordError("a step or end without its session line")
            elif isinstance(record, Step):
                if session.end is not None:
                    raise RecordError("a step after its session's end line")
                steps.append(record)
            elif record is not None:
                session = session.with_end(record.end, record.findings) if record.end else session
        except RecordError as error:
            if session is not None and session.end is not None:
                yield from _finish(path, session, steps, start, bad)
                session, steps, bad = None, [], None
            bad = bad or RecordError(f"{path}:{line.number}: {error}")
        line = next(lines, None)
    yield from _finish(path, session, steps, start, bad)


def _finish(
    path: Path, session: Session | None, steps: list[Step], line: int, bad: RecordError | None
) -> Iterator[Row | Bad]:
    if bad is not None:
        yield Bad(bad)
    elif session is not None:
        yield Row(msgspec.structs.replace(session, steps=tuple(steps)), path, line)


def _log_line(line: Line) -> Session | Step | _End | None:
    """One log line; None for a last line that a killed process did not finish."""
    if not line.whole:
        return None
    try:
        with no_deeper():
            record = _object.decode(_data(line))
        kind = record.pop("type", None)
        if kind == "session":
            return msgspec.convert(record, Session)
        if kind == "step":
            return msgspec.convert(record, Step)
        if kind == "end":
            return msgspec.convert(record, _End)
    except UnicodeError as error:
        raise RecordError(where_not_utf8(_data(line))) from error
    except msgspec.DecodeError as error:
        raise RecordError(str(error)) from error
    if kind is None:
        raise RecordError("a data set row in a live log (two files joined?) - at `$.type`")
    raise RecordError(f"unknown line type {kind!r} - at `$.type`")


def _data(line: Line) -> bytes:
    if line.data is None:
        raise RecordError(f"the row is {line.size:,} bytes long, more than is ever read at once")
    return line.data


def _cut(line: Line, error: Exception) -> str:
    cut = not line.whole and "truncated" in str(error)
    return " (the file ends inside this line: it was cut off)" if cut else ""


def misfit(row: Row, seen: Mapping[str, str]) -> RecordError | None:
    """What is wrong with a well-formed row; `seen` says where others stand, by their ids."""
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
