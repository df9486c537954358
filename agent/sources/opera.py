"""Reading the OPeRA data set from its Parquet files, as a stream of sessions.

Knows its folders and tables; what a row means is `agent.sources.opera_rows`' business. Pages are
read once and held only until their session is complete. The files' layout is that of Hugging
Face ``NEU-HAI/OPeRA``, revision 6f26a2c5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from agent.sessions.session import FORMAT_VERSION, Persona, RecordError, Session, Step
from agent.sources import opera_rows
from agent.sources.importers import Imported, OnBad
from agent.sources.opera_rows import ACTION_COLUMNS

Configuration = Literal["filtered", "full"]
PARTS = ("train", "test")
_ROWS_AT_ONCE = 16


class _Row(NamedTuple):
    """One action and where it stands."""

    path: Path
    number: int
    values: dict[str, Any]


class Opera:
    """The data set's tables: small ones in memory, actions as a stream."""

    def __init__(
        self,
        root: Path,
        configuration: Configuration = "filtered",
        merge_searches: bool = False,
    ) -> None:
        """`merge_searches`: typing and the search click after it become one type_and_submit.

        Raises:
            RecordError: the folder does not hold the data set, or a table has not its columns.
        """
        self.root = root
        self.configuration = configuration
        self.merge_searches = merge_searches
        self.users: dict[str, str] = {}
        self.personas: dict[str, Persona] = {}
        self.announced: dict[str, int] = {}
        self.left_out: Counter[str] = Counter()
        self.files = {part: self._find(f"action/{part}-*.parquet") for part in PARTS}
        if not any(self.files.values()):
            raise RecordError(
                f"{root} does not hold OPeRA: there is no OPeRA_{configuration}/action/"
                "train-*.parquet under it (download the data set NEU-HAI/OPeRA, or name the folder "
                "that holds it)"
            )

    def read_people(self, on_bad: OnBad) -> None:
        """Read whose sessions they are, and personas from the surveys."""
        for path in self._find("session/*/*.parquet"):
            for row in _rows(path, ("session_id", "user_id", "action_count")):
                self.users[row.values["session_id"]] = row.values["user_id"]
                self.announced[row.values["session_id"]] = _count(row)
        for path in self._find("user/*/*.parquet"):
            for row in _rows(path, ("user_id", "survey")):
                user = row.values["user_id"]
                try:
                    persona = opera_rows.to_persona(user, row.values["survey"])
                except RecordError as error:
                    on_bad(_placed(row, error))
                    continue
                if persona is not None:
                    self.personas[user] = persona

    def sessions(self, on_bad: OnBad) -> Iterator[Imported]:
        """Every session, as soon as its last action was read.

        A session with an action that cannot be read goes to `on_bad` as a whole.
        """
        seen: set[str] = set()
        for part, files in self.files.items():
            missing = _count_actions(files)
            waiting: dict[str, list[_Row]] = {}
            for path in files:
                for row in _rows(path, ACTION_COLUMNS):
                    session_id = row.values["session_id"]
                    waiting.setdefault(session_id, []).append(row)
                    missing[session_id] -= 1
                    if missing[session_id]:
                        continue
                    try:
                        if session_id in seen:
                            raise _placed(row, RecordError(f"session {session_id} is there twice"))
                        seen.add(session_id)
                        yield Imported(part, self._session(waiting.pop(session_id)))
                    except RecordError as error:
                        on_bad(error)

    def _session(self, rows: list[_Row]) -> Session:
        session_id = rows[0].values["session_id"]
        rows = [row for row in rows if not self._is_left_out(row)]
        if not rows:
            raise RecordError(f"session {session_id}: nothing is left but tabs and navigation")
        steps = opera_rows.merge_scrolls(_steps(rows, full=self.configuration == "full"))
        steps = opera_rows.name_search_fields(steps)
        if self.merge_searches:
            steps = opera_rows.merge_searches(steps)
        user = self._user(session_id)
        return Session(
            session_id=session_id,
            user_id=user,
            site=urlsplit(steps[0].url).hostname or "",
            started_at=steps[0].timestamp,
            source="import:opera",
            persona=self.personas.get(user),
            versions={
                "format": FORMAT_VERSION,
                "simplifier": "opera",
                "opera": self.configuration,
                "searches": "merged" if self.merge_searches else "native",
            },
            steps=tuple(steps),
            end=opera_rows.how_it_ended(steps),
        )

    def _is_left_out(self, row: _Row) -> bool:
        kind = opera_rows.left_out(row.values) if self.configuration == "full" else None
        if kind is not None:
            self.left_out[kind] += 1
        return kind is not None

    def session_users(self) -> list[str]:
        """The user of every session that has actions, once per session."""
        files = [path for part in self.files.values() for path in part]
        return [self._user(session_id) for session_id in _count_actions(files)]

    def _user(self, session_id: str) -> str:
        """From the table of sessions, else from the id, which is USER_START_END."""
        return self.users.get(session_id) or session_id.rsplit("_", 2)[0]

    def _find(self, pattern: str) -> list[Path]:
        """Files of the configuration, whether `root` is its folder or the data set's."""
        name = f"OPeRA_{self.configuration}"
        folder = self.root if self.root.name == name else self.root / name
        return sorted(folder.glob(pattern))


def _steps(rows: list[_Row], *, full: bool) -> list[Step]:
    """A session's steps in the order of their times; equal times keep the order of the file."""
    steps = []
    for row in rows:
        try:
            steps.append(opera_rows.to_step(row.values, 0, full=full))
        except RecordError as error:
            raise _placed(row, error) from error
    steps.sort(key=lambda step: step.timestamp)
    return [msgspec.structs.replace(step, index=i) for i, step in enumerate(steps)]


def _count_actions(files: list[Path]) -> Counter[str]:
    return Counter(
        row.values["session_id"] for path in files for row in _rows(path, ("session_id",))
    )


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    """The named columns of every row.

    Raises:
        RecordError: the file is not Parquet, lacks a column, or has a row without its id.
    """
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for column in columns:
                if column not in file.schema_arrow.names:
                    raise RecordError(f"{path}: column {column!r} is missing: is this OPeRA?")
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=list(columns), use_threads=False):
                for values in batch.to_pylist():
                    number += 1
                    if not values[columns[0]]:
                        raise RecordError(f"{path}: row {number}: no value - at `{columns[0]}`")
                    yield _Row(path, number, values)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        text = str(error).splitlines()[0]
        raise RecordError(f"{path}: not readable after row {number}: {text}") from error


def _count(row: _Row) -> int:
    """The number of actions a session is said to have; -1 where that is not a number."""
    text = str(row.values["action_count"])
    return int(text) if text.isdecimal() else -1


def _placed(row: _Row, error: RecordError) -> RecordError:
    return RecordError(f"{row.path}: row {row.number}: {error}")
