"""Rows of an event log, whichever tool wrote it, as one kind of record.

GA4's export to BigQuery and Snowplow's events as JSON Lines, and tables (CSV) with a session, a
time and an event in each row. What an event means is `agent.sources.events.meaning`'s business.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from agent.sessions.lines import OnRead, read_chunks, read_lines
from agent.sessions.session import RecordError

COLUMNS: dict[str, tuple[str, ...]] = {
    "session": ("session", "session_id", "sessionid", "user_session", "visit", "visit_id"),
    "time": ("time", "timestamp", "event_time", "event_timestamp", "created_at", "datetime"),
    "event": ("event", "event_name", "event_type", "eventname", "type", "action"),
    "item": ("item", "item_name", "product", "product_name", "item_id", "product_id", "sku"),
    "url": ("url", "page_url", "page_location", "page", "address", "path", "location"),
    "query": ("query", "search_term", "search", "search_query", "keyword", "term", "q"),
    "user": ("user", "user_id", "userid", "visitor", "visitor_id", "visitorid", "customer_id"),
}  # fmt: skip
"""What a column may be called, the likeliest first."""
NEEDED = ("session", "time", "event")
_SECONDS, _MILLIS = 1e11, 1e14
"""Numbers below are seconds since 1970, milliseconds, and above microseconds."""
_SNOWPLOW = "com_snowplowanalytics_snowplow_ecommerce"

Row = Mapping[str, Any]


class LoggedEvent(msgspec.Struct, frozen=True):
    """One event of one visit; texts are empty where the log says nothing."""

    session: str
    at: float
    event: str
    item: str = ""
    url: str = ""
    query: str = ""
    user: str = ""


Read = Callable[[Row], LoggedEvent | None]


def read_events(
    path: Path, on_bad: Callable[[RecordError], None], on_read: OnRead = lambda size: None
) -> Iterator[LoggedEvent]:
    """Every event of a log, in its order; a row that is none goes to `on_bad`.

    Raises:
        RecordError: it is no event log; of a table, which column is missing and what it may be
            called.
        OSError: it cannot be read.
    """
    first = next(read_lines(path), None)
    if first is None or not (first.data or b"").strip():
        raise RecordError(f"{path} is empty: it holds no events")
    begins = (first.data or b"").lstrip(b"\xef\xbb\xbf \t")[:1]
    if begins == b"{":
        rows, kind = _json_rows(path, on_bad, on_read), None
    elif begins == b"[":
        raise RecordError(f"{path} is a JSON array: write one event a line (JSON Lines)")
    else:
        rows, kind = _table(path, on_read)
    for number, row in rows:
        try:
            kind = kind or _kind_of(row, path)
            event = kind(row)
        except RecordError as error:
            if str(error).startswith(str(path)):
                raise
            on_bad(RecordError(f"{path}:{number}: {error}"))
            continue
        if event is not None:
            yield event


def _json_rows(
    path: Path, on_bad: Callable[[RecordError], None], on_read: OnRead
) -> Iterator[tuple[int, Row]]:
    for line in read_lines(path, on_read=on_read):
        if line.data is not None and not line.data.strip():
            continue
        try:
            row = msgspec.json.decode(line.data or b"")
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            on_bad(RecordError(f"{path}:{line.number}: {error}"))
            continue
        if isinstance(row, dict):
            yield line.number, row
        else:
            on_bad(RecordError(f"{path}:{line.number}: not an object"))


def _kind_of(row: Row, path: Path) -> Read:
    if "event_params" in row:
        return _ga4
    if "domain_sessionid" in row:
        return _snowplow
    if {"type", "timestamp", "data"} <= row.keys() or "snapshots" in row:
        raise RecordError(f"{path} is a recording: `data import rrweb` or `posthog` reads it")
    if {"session_id", "steps"} <= row.keys():
        raise RecordError(f"{path} is a session of Shopper already: `data check` reads it")
    return _by_columns(_columns(list(row), path))


def _table(path: Path, on_read: OnRead) -> tuple[Iterator[tuple[int, Row]], Read]:
    text = _Text(read_chunks(path, on_read))
    head = text.head()
    try:
        dialect: Any = csv.Sniffer().sniff(head, delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    reader = csv.DictReader(text, dialect=dialect)
    read = _by_columns(_columns([name or "" for name in reader.fieldnames or []], path))
    return ((number, row) for number, row in enumerate(reader, 2)), read


class _Text:
    """Lines of a file that is read in pieces."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._lines = io.StringIO()
        self._rest = ""
        self._first: list[str] = []

    def head(self) -> str:
        """The first line, which comes again."""
        line = next(self, "")
        self._first.append(line)
        return line

    def __iter__(self) -> _Text:
        return self

    def __next__(self) -> str:
        if self._first:
            return self._first.pop()
        while True:
            line = self._lines.readline()
            if line.endswith("\n"):
                return line
            self._rest = line
            chunk = next(self._chunks, None)
            if chunk is None:
                self._lines = io.StringIO()
                if self._rest:
                    return self._rest
                raise StopIteration
            self._lines = io.StringIO(self._rest + chunk.decode("utf-8-sig", "replace"), newline="")


def _columns(names: list[str], path: Path) -> dict[str, str]:
    """Which column holds what.

    Raises:
        RecordError: one that is needed is missing.
    """
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in names}
    found = {
        what: plain[alias]
        for what, aliases in COLUMNS.items()
        for alias in reversed(aliases)
        if alias in plain
    }
    missing = [what for what in NEEDED if what not in found]
    if missing:
        wanted = "; ".join(f"{what} ({', '.join(COLUMNS[what][:4])}, ...)" for what in missing)
        raise RecordError(
            f"{path}: its columns are {', '.join(names) or 'none'}; what is missing: {wanted}. "
            "Expected are session, time and event, and where there are any item, url, query, user"
        )
    return found


def _by_columns(columns: Mapping[str, str]) -> Read:
    def read(row: Row) -> LoggedEvent:
        told = {what: str(row.get(column) or "").strip() for what, column in columns.items()}
        if not told["session"]:
            raise RecordError("no session")
        return LoggedEvent(
            session=told["session"],
            at=seconds(told["time"]),
            event=told["event"],
            item=told.get("item", ""),
            url=told.get("url", ""),
            query=told.get("query", ""),
            user=told.get("user", ""),
        )

    return read


def _ga4(row: Row) -> LoggedEvent:
    params: dict[str, Any] = {}
    for one in row.get("event_params") or []:
        values = (one.get("value") or {}).values() if isinstance(one, dict) else ()
        params[str(one.get("key"))] = next((value for value in values if value is not None), None)
    user = str(row.get("user_pseudo_id") or row.get("user_id") or "")
    session = params.get("ga_session_id")
    if session is None:
        raise RecordError("no ga_session_id in its event_params")
    items = row.get("items") or []
    item = items[0] if items and isinstance(items[0], dict) else {}
    return LoggedEvent(
        session=f"{user}.{session}",
        at=seconds(str(row.get("event_timestamp", ""))),
        event=str(row.get("event_name", "")),
        item=str(item.get("item_name") or item.get("item_id") or ""),
        url=str(params.get("page_location") or ""),
        query=str(params.get("search_term") or ""),
        user=user,
    )


def _snowplow(row: Row) -> LoggedEvent:
    def under(prefix: str, name: str) -> dict[str, Any]:
        for key, value in row.items():
            if key.startswith(f"{prefix}_{_SNOWPLOW}_{name}"):
                first = value[0] if isinstance(value, list) and value else value
                return first if isinstance(first, dict) else {}
        return {}

    told = under("unstruct_event", "snowplow_ecommerce_action") or under(
        "unstruct_event", "ecommerce_action"
    )
    product = under("contexts", "product")
    return LoggedEvent(
        session=str(row.get("domain_sessionid") or ""),
        at=seconds(str(row.get("derived_tstamp") or row.get("collector_tstamp") or "")),
        event=str(told.get("type") or row.get("event_name") or row.get("event") or ""),
        item=str(product.get("name") or product.get("id") or ""),
        url=str(row.get("page_url") or ""),
        query=str(told.get("search_term") or told.get("term") or ""),
        user=str(row.get("domain_userid") or row.get("user_id") or ""),
    )


def seconds(text: str) -> float:
    """A time in seconds since 1970, from a number of seconds, milliseconds or microseconds, or an
    ISO time; one without a zone is UTC.

    Raises:
        RecordError: it is neither.
    """
    try:
        number = float(text)
    except ValueError:
        return _from_iso(text)
    if not 0 < number < 1e17:
        raise RecordError(f"{text!r} is no time")
    if number < _SECONDS:
        return number
    return number / (1e3 if number < _MILLIS else 1e6)


def _from_iso(text: str) -> float:
    try:
        found = datetime.fromisoformat(text.removesuffix(" UTC").strip())
    except ValueError as error:
        raise RecordError(f"{text!r} is no time") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
