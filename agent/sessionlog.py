"""Session logs of live runs on disk: appended step by step, read back whole.

``sessions/ID.jsonl`` holds a ``session`` line, a ``step`` line per step and an ``end`` line. A
killed process loses at most the line it was writing. Knows one file at a time; data sets of many
sessions are `agent.dataset`'s business.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import msgspec

from agent.session import Finding, RecordError, Session, Step, to_builtins


class _EndLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="end"):
    end: str
    findings: tuple[Finding, ...] = ()


class SessionLog:
    """Appends one session to a new file. Every line is flushed to the operating system."""

    def __init__(self, path: Path, session: Session) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb", buffering=0)
        head = to_builtins(msgspec.structs.replace(session, steps=(), end=None))
        self._write({"type": "session", **head})

    def step(self, step: Step) -> None:
        self._write({"type": "step", **to_builtins(step)})

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None:
        self._write(msgspec.to_builtins(_EndLine(end, findings)))
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

    def _write(self, line: object) -> None:
        data = memoryview(msgspec.json.encode(line) + b"\n")
        while data:
            data = data[self._file.write(data) or 0 :]


def read_session_log(path: Path) -> Session:
    """The session in one log file; `end` is None when the process died before it was known.

    A last line without its newline is what a killed process leaves, and is dropped.

    Raises:
        RecordError: with file, line and field.
    """
    session: Session | None = None
    steps: list[Step] = []
    end = _EndLine("")
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        try:
            kind, rest = _split_type(line)
            if kind == "session":
                session = msgspec.convert(rest, Session)
            elif kind == "step":
                steps.append(msgspec.convert(rest, Step))
            elif kind == "end":
                end = msgspec.convert({"type": "end", **rest}, _EndLine)
            else:
                raise RecordError(f"unknown line type {kind!r} - at `$.type`")
        except (msgspec.DecodeError, RecordError, UnicodeError) as error:
            raise RecordError(f"{path}:{number}: {error}") from error
    if session is None:
        raise RecordError(f"{path}: no line of type 'session'")
    session = msgspec.structs.replace(session, steps=tuple(steps))
    return session.with_end(end.end, end.findings) if end.end else session


def _split_type(line: bytes) -> tuple[str, dict[str, object]]:
    record = msgspec.json.decode(line, type=dict[str, object])
    kind = record.pop("type", None)
    if not isinstance(kind, str):
        raise RecordError("missing or not a string - at `$.type`")
    return kind, record
