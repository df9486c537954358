"""A made-up data set in one CSV file, and its importer: what docs/developing.md asks for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path

from agent.sessions.session import Persona, RecordError, Result, Session, Step
from agent.sources.importers import Imported, Importer, OnBad
from envs.actions import Terminate, TypeAndSubmit

ROWS = """visit,user,time,what,text
v1,anna,2026-01-05T10:00:00+00:00,search,tea kettle
v1,anna,2026-01-05T10:01:00+00:00,leave,
v2,ben,2026-01-05T11:00:00+00:00,leave,
v3,cleo,2026-01-05T12:00:00+00:00,search,lamp
v3,cleo,2026-01-05T12:02:00+00:00,leave,
"""
PAGE = '<input type="search" name="search">'


class CsvLog:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.personas: dict[str, Persona] = {}
        self.announced: dict[str, int] = {}

    def read_people(self, on_bad: OnBad) -> None:
        """The file says nothing of people."""

    def sessions(self, on_bad: OnBad) -> Iterator[Imported]:
        with self._path.open(newline="") as file:
            for visit, rows in groupby(csv.DictReader(file), key=lambda row: row["visit"]):
                try:
                    yield Imported("all", _session(visit, list(rows)))
                except ValueError as error:
                    on_bad(RecordError(f"{self._path}: visit {visit}: {error}"))

    def session_users(self) -> list[str]:
        with self._path.open(newline="") as file:
            return list({row["visit"]: row["user"] for row in csv.DictReader(file)}.values())


def _session(visit: str, rows: list[dict[str, str]]) -> Session:
    steps = tuple(_step(number, row) for number, row in enumerate(rows))
    return Session(
        session_id=visit,
        user_id=rows[0]["user"],
        site="csv.example",
        started_at=steps[0].timestamp,
        source="import:csv",
        steps=steps,
        end="terminate",
    )


def _step(number: int, row: dict[str, str]) -> Step:
    leaves = row["what"] == "leave"
    return Step(
        index=number,
        timestamp=datetime.fromisoformat(row["time"]),
        url="http://csv.example/",
        title="A page",
        context=PAGE,
        reasoning=None,
        action=Terminate() if leaves else TypeAndSubmit("search", row["text"]),
        result=Result(ok=True),
        kind="leave" if leaves else "search",
    )


IMPORTER = Importer(
    name="csv",
    description="Import a made-up log.",
    path_help="The CSV file.",
    reader="tests.agent.sources.csv_log:CsvLog",
    is_file=True,
    test_share=0.4,
)
