"""An event log as a data set: events of a visit lie anywhere in it, so they are sorted on disk."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from agent.sessions.session import FORMAT_VERSION, Persona, RecordError, Session
from agent.sources.events.meaning import steps_of
from agent.sources.events.rows import LoggedEvent, read_events
from agent.sources.importers import Imported, OnBad
from agent.sources.pseudonyms import pseudonym

_FIELDS = LoggedEvent.__struct_fields__
_AT_ONCE = 10_000


class EventLog:
    """GA4 or Snowplow events, or a table; sorted into a file of its own by `read_people`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="shopper-events-")
        self._sorted = Path(self._folder.name, "events.sqlite3")
        self.personas: dict[str, Persona] = {}
        self.announced: dict[str, int] = {}

    def read_people(self, on_bad: OnBad) -> None:
        """Read the log once, into order.

        Raises:
            RecordError: it is no event log.
        """
        columns = ", ".join(f"{name} {'REAL' if name == 'at' else 'TEXT'}" for name in _FIELDS)
        marks = ", ".join("?" for _ in _FIELDS)
        with closing(sqlite3.connect(self._sorted)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute(f"CREATE TABLE events ({columns})")
            waiting: list[tuple[object, ...]] = []
            for event in read_events(self._path, on_bad):
                waiting.append(tuple(getattr(event, name) for name in _FIELDS))
                if len(waiting) >= _AT_ONCE:
                    database.executemany(f"INSERT INTO events VALUES ({marks})", waiting)
                    waiting.clear()
            database.executemany(f"INSERT INTO events VALUES ({marks})", waiting)
            database.execute("CREATE INDEX by_session ON events (session, at)")
            database.commit()
            (count,) = database.execute("SELECT COUNT(*) FROM events").fetchone()
        if not count:
            raise RecordError(f"{self._path} holds no events")

    def sessions(self, on_bad: OnBad) -> Iterator[Imported]:
        """Every visit in which somebody did something, by the names of the sessions."""
        for events in self._visits():
            steps, end = steps_of(events)
            if not steps:
                continue
            yield Imported(
                "all",
                Session(
                    session_id=_id(events[0].session),
                    user_id=_user(events),
                    site=next((h for e in events if (h := _host(e.url))), ""),
                    started_at=steps[0].timestamp,
                    source="import:events",
                    versions={"format": FORMAT_VERSION, "contexts": "none: from events"},
                    steps=tuple(steps),
                    end=end,
                ),
            )

    def session_users(self) -> list[str]:
        """The user of every visit, once per visit."""
        return [_user(events) for events in self._visits() if steps_of(events)[0]]

    def _visits(self) -> Iterator[list[LoggedEvent]]:
        chosen = ", ".join(_FIELDS)
        with closing(sqlite3.connect(self._sorted)) as database:
            rows = database.execute(f"SELECT {chosen} FROM events ORDER BY session, at, rowid")
            visit: list[LoggedEvent] = []
            for row in rows:
                event = LoggedEvent(*row)
                if visit and visit[-1].session != event.session:
                    yield visit
                    visit = []
                visit.append(event)
            if visit:
                yield visit


def _id(session: str) -> str:
    """A name of the visit that holds no name of the user."""
    return "visit-" + pseudonym(session).removeprefix("user-")


def _user(events: list[LoggedEvent]) -> str:
    told = next((event.user for event in events if event.user), None)
    return pseudonym(told) if told else f"user-of-{_id(events[0].session)}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
