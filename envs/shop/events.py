"""The shop's own log: what it saw each visit do, in SQLite.

What an agent believes it did can be checked against this.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from envs.shop.errors import ShopError

Value = str | int | float | bool | None | list[str]


class Event(msgspec.Struct, frozen=True):
    """One thing the shop saw. `n` counts from 1 within the visit; `at` is in UTC; `type` is
    ``page_view``, ``search``, ``filter``, ``cart_add``, ``cart_update``, ``cart_remove``,
    ``save``, ``order`` or ``refused`` (something asked for that the shop could not do)."""

    visit: str
    n: int
    at: str
    type: str
    data: dict[str, Value]


class EventLog:
    """Appends events and reads them back; in memory unless given a file.

    Raises:
        ShopError: the file cannot be opened or made, or is something else.
    """

    def __init__(self, file: Path | None = None) -> None:
        try:
            self._db = sqlite3.connect(file or ":memory:", isolation_level=None)
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS event (id INTEGER PRIMARY KEY, visit TEXT, n INTEGER,"
                " at TEXT, type TEXT, data TEXT)"
            )
            self._db.execute("CREATE INDEX IF NOT EXISTS event_visit ON event (visit, n)")
        except sqlite3.Error as error:
            raise ShopError(f"{file} cannot be written as the shop's event log: {error}") from error

    def add(self, visit: str, n: int, type_: str, **data: Value) -> None:
        """Record the `n`-th event of `visit`."""
        self._db.execute(
            "INSERT INTO event (visit, n, at, type, data) VALUES (?,?,?,?,?)",
            (
                visit,
                n,
                datetime.now(UTC).isoformat(timespec="milliseconds"),
                type_,
                msgspec.json.encode(data).decode(),
            ),
        )

    def read(self, visit: str | None = None, after: int = 0, limit: int = 10_000) -> list[Event]:
        """Events of one visit in order, or of all; `after` skips that many."""
        where, values = ("WHERE visit = ?", [visit]) if visit is not None else ("", [])
        rows = self._db.execute(
            f"SELECT visit, n, at, type, data FROM event {where} ORDER BY id LIMIT ? OFFSET ?",
            (*values, limit, after),
        )
        return [Event(v, n, at, t, msgspec.json.decode(data)) for v, n, at, t, data in rows]

    def forget(self, visit: str | None = None) -> None:
        """Forget the events of one visit, or all."""
        if visit is None:
            self._db.execute("DELETE FROM event")
        else:
            self._db.execute("DELETE FROM event WHERE visit = ?", (visit,))

    def close(self) -> None:
        self._db.close()
