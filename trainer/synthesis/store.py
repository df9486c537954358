"""Where traces are kept: by a hash of what was asked, so that nothing is asked and paid for twice.

One SQLite file, committed after every answer: a killed run goes on where it was, batches that are
under way at the service included.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal

import msgspec

from agent.sessions.session import Cost
from trainer.synthesis.errors import SynthesisError

State = Literal["accepted", "given up"]

_TABLES = """
CREATE TABLE IF NOT EXISTS traces (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, thought TEXT NOT NULL, model TEXT NOT NULL,
    prompt_version TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejections (
    key TEXT NOT NULL, number INTEGER NOT NULL, said TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failures (
    key TEXT PRIMARY KEY, count INTEGER NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY, model TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
    key TEXT PRIMARY KEY, batch TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL
    ) WITHOUT ROWID;
"""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """The last word on one question. `reason` says why it was given up."""

    state: State
    thought: str = ""
    model: str
    prompt_version: str
    reason: str = ""


class Rejection(msgspec.Struct, frozen=True):
    """An answer that was not taken."""

    said: str
    reason: str


class AskedAction(msgspec.Struct, frozen=True):
    """The action that a question is about, as JSON, and the kind of the element acted on."""

    action: str
    kind: str


class Usage(msgspec.Struct, kw_only=True):
    """What was asked in this run, and what it cost."""

    asked: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0

    def add(self, cost: Cost) -> None:
        self.asked += 1
        self.prompt_tokens += cost.prompt_tokens
        self.cached_tokens += cost.cached_tokens
        self.generated_tokens += cost.generated_tokens


class ReasoningStore:
    """The traces known so far; a context manager."""

    def __init__(self, path: Path) -> None:
        """Raises:
        SynthesisError: the file is not a store of traces, or cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise SynthesisError(
                f"{path} cannot be used as a store of traces: {error}; name another with --cache"
            ) from error

    def get(self, key: str) -> Stored | None:
        row = self._db.execute(
            "SELECT state, thought, model, prompt_version, reason FROM traces WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        state, thought, model, version, reason = row
        return Stored(
            state=state, thought=thought, model=model, prompt_version=version, reason=reason
        )

    def put(self, key: str, stored: Stored) -> None:
        """Keep the last word on `key`."""
        self._db.execute(
            "INSERT OR REPLACE INTO traces VALUES (?, ?, ?, ?, ?, ?)",
            (key, *(getattr(stored, f) for f in
                    ("state", "thought", "model", "prompt_version", "reason"))),
        )  # fmt: skip

    def forget_given_up(self) -> int:
        """Let questions that were given up be asked again; returns how many."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "DELETE FROM rejections WHERE key IN "
                "(SELECT key FROM traces WHERE state = 'given up')"
            )
            self._db.execute("DELETE FROM failures")
            gone = self._db.execute("DELETE FROM traces WHERE state = 'given up'").rowcount
        return gone

    def rejections(self, key: str) -> list[Rejection]:
        """The answers to `key` that were not taken, oldest first."""
        rows = self._db.execute(
            "SELECT said, reason FROM rejections WHERE key = ? ORDER BY number", (key,)
        )
        return [Rejection(said, reason) for said, reason in rows]

    def add_rejection(self, key: str, said: str, reason: str) -> int:
        """Keep an answer that was not taken; returns how many there are now."""
        number = len(self.rejections(key)) + 1
        self._db.execute("INSERT INTO rejections VALUES (?, ?, ?, ?)", (key, number, said, reason))
        return number

    def add_failure(self, key: str, reason: str) -> int:
        """Note that the service gave no answer; returns how often by now."""
        self._db.execute(
            "INSERT INTO failures VALUES (?, 1, ?) "
            "ON CONFLICT (key) DO UPDATE SET count = count + 1, reason = excluded.reason",
            (key, reason),
        )
        row = self._db.execute("SELECT count FROM failures WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def open_batch(self, batch: str, model: str, asked_actions: Mapping[str, AskedAction]) -> None:
        """Note that these questions, by key, are under way."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("INSERT INTO batches VALUES (?, ?)", (batch, model))
            self._db.executemany(
                "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?)",
                ((key, batch, asked.action, asked.kind) for key, asked in asked_actions.items()),
            )

    def open_batches(self, model: str) -> list[str]:
        rows = self._db.execute("SELECT id FROM batches WHERE model = ? ORDER BY id", (model,))
        return [row[0] for row in rows]

    def waiting(self, batch: str) -> dict[str, AskedAction]:
        """The questions of a batch that have no answer yet."""
        rows = self._db.execute("SELECT key, action, kind FROM waiting WHERE batch = ?", (batch,))
        return {key: AskedAction(action, kind) for key, action, kind in rows}

    def is_waiting(self, key: str) -> bool:
        return (
            self._db.execute("SELECT 1 FROM waiting WHERE key = ?", (key,)).fetchone() is not None
        )

    def answered(self, key: str) -> None:
        """The question is no longer under way."""
        self._db.execute("DELETE FROM waiting WHERE key = ?", (key,))

    def close_batch(self, batch: str) -> None:
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM waiting WHERE batch = ?", (batch,))
            self._db.execute("DELETE FROM batches WHERE id = ?", (batch,))

    def __enter__(self) -> ReasoningStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
