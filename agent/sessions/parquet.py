"""Sessions in Parquet: one a row, steps as a list of structs, streamed row group by row group.

Texts and times are columns of their own, so that a data set can be looked at with any Parquet
tool; what has inner structure (an action, a persona, names) is JSON text, as in the log. Times
are kept in UTC, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from agent.parsing import from_json
from agent.sessions.jsonl import Bad, Row
from agent.sessions.lines import OnRead
from agent.sessions.session import RecordError, Session, Step

ROW_GROUP_BYTES = 1 << 25
"""About so much text a row group (32 MiB): what a reader holds at once."""
ROW_GROUP_ROWS = 500
_ROWS_AT_ONCE = 8

_TIME = pa.timestamp("us", tz="UTC")
_LONG = pa.large_string()
_PLAIN: dict[str, pa.DataType] = {
    "session_id": pa.string(), "user_id": pa.string(), "site": pa.string(), "source": pa.string(),
    "started_at": _TIME, "intent": pa.string(), "policy": pa.string(), "end": pa.string(),
    "index": pa.int64(), "timestamp": _TIME, "url": pa.string(), "title": pa.string(),
    "context": _LONG, "reasoning": pa.string(), "kind": pa.string(), "executed": pa.bool_(),
    "screenshot": pa.string(), "raw_html": _LONG, "click_type": pa.string(),
}  # fmt: skip
"""Fields kept as they are; every other field is JSON text."""


def _fields(record: type[msgspec.Struct]) -> list[pa.Field]:
    names = [name for name in record.__struct_fields__ if name != "steps"]
    return [pa.field(name, _PLAIN.get(name, _LONG)) for name in names]


SCHEMA = pa.schema([*_fields(Session), pa.field("steps", pa.list_(pa.struct(_fields(Step))))])


class ParquetWriter:
    """Writes sessions to one file; a row group at a time is in memory."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def write(self, session: Session) -> None:
        self._rows.append(_to_row(session))
        self._bytes += sum(len(s.context) + len(s.raw_html or "") for s in session.steps)
        if self._bytes >= ROW_GROUP_BYTES or len(self._rows) >= ROW_GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows, self._bytes = [], 0


def read_parquet_rows(path: Path, on_read: OnRead | None = None) -> Iterator[Row | Bad]:
    """Every session of a Parquet file, or why a row is none; `Row.line` counts rows from 1."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow)
            share = path.stat().st_size / max(1, file.metadata.num_rows)
            if not file.metadata.num_rows:
                raise RecordError(f"{path}: the file has no rows")
            for batch in file.iter_batches(_ROWS_AT_ONCE, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield _read_row(path, number, row)
                if on_read is not None:
                    on_read(int(share * batch.num_rows))
    except (pa.ArrowException, OSError, UnicodeError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        text = str(error).splitlines()[0]
        yield Bad(RecordError(f"{path}: not readable as Parquet after row {number}: {text}"))
    except RecordError as error:
        yield Bad(error)


def _read_row(path: Path, number: int, row: dict[str, Any]) -> Row | Bad:
    try:
        return Row(_from_row(row), path, number)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return Bad(RecordError(f"{path}: row {number}: {error}"))


def _check_columns(path: Path, schema: pa.Schema) -> None:
    """Say which column is missing, unknown or of another type, before reading a row."""
    for field in schema:
        if field.name not in SCHEMA.names:
            raise RecordError(f"{path}: unknown column {field.name!r}")
    for field in SCHEMA:
        if field.name not in schema.names:
            if field.name in _optional(Session):
                continue
            raise RecordError(f"{path}: column {field.name!r} is missing")
        found = schema.field(field.name).type
        if field.name == "steps" and not pa.types.is_nested(found):
            raise RecordError(f"{path}: column 'steps' is {found}, not a list of steps")


def _optional(record: type[msgspec.Struct]) -> frozenset[str]:
    required = {f.name for f in msgspec.structs.fields(record) if f.required}
    return frozenset(record.__struct_fields__) - required


def _to_row(session: Session) -> dict[str, Any]:
    row = _pack(session, Session)
    row["steps"] = [_pack(step, Step) for step in session.steps]
    return row


def _pack(record: msgspec.Struct, kind: type[msgspec.Struct]) -> dict[str, Any]:
    packed = {}
    for name in kind.__struct_fields__:
        value = getattr(record, name)
        if name == "steps" or value is None:
            continue
        packed[name] = value if name in _PLAIN else msgspec.json.encode(value).decode()
    return packed


def _from_row(row: dict[str, Any]) -> Session:
    built = _unpack(row)
    built["steps"] = [_unpack(step) for step in row.get("steps") or ()]
    return msgspec.convert(built, Session)


def _unpack(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value; JSON columns decoded."""
    built = {}
    for name, value in row.items():
        if value is None or name == "steps":
            continue
        if name not in _PLAIN and isinstance(value, str):
            try:
                value = from_json(value)
            except msgspec.DecodeError as error:
                raise msgspec.ValidationError(f"{error} - at `$.{name}`") from error
        built[name] = value
    return built
