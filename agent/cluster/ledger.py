"""The books of a clustered run: sessions so far, totals, run card, and logs where the driver
writes them.

Takes events in, keeps no page in memory.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from agent.cluster.folder_store import FolderStore
from agent.cluster.messages import (
    NoteAdded,
    StepTaken,
    VisitEnded,
    VisitProgress,
    VisitStarted,
    WorkerReady,
    slim,
)
from agent.cluster.url_store import UrlStore
from agent.personas.personas import Customer, new_session
from agent.runs.card import RunCard, RunTotals, with_totals
from agent.runs.folder import totals
from agent.runs.visit import Watch
from agent.sessions.session import Session


class Ledger:
    """Follows all visits of a run. `card` may tell of an earlier part of it."""

    def __init__(self, card: RunCard, store: FolderStore | UrlStore, watch: Watch) -> None:
        self.card = card
        self._store = store
        self._folder = store if isinstance(store, FolderStore) else None
        self._watch = watch
        self._open: dict[str, Session] = {}
        self._over: set[str] = set()
        self._totals = RunTotals()
        self._noted: dict[object, NoteAdded] = {}
        self._refused: Counter[str] = Counter(card.refused)
        self._notes = card.notes
        self._seconds = card.totals.seconds
        self._started = time.monotonic()

    def resume(self, finished: Iterable[Session]) -> None:
        """Count what an earlier part of the run has finished, and begin."""
        for session in finished:
            self._count(session)
        self.save()

    def greet(self, ready: WorkerReady) -> None:
        """A worker has begun."""
        self.card = msgspec.structs.replace(self.card, policy_settings=ready.policy_settings)

    def remark(self, note: str) -> None:
        """Put a remark into the run card, once."""
        if note not in self._notes:
            self._notes = (*self._notes, note)

    def note(self, worker: object, event: object) -> None:
        """Take in what a worker tells.

        Raises:
            OSError: a log cannot be written.
        """
        match event:
            case VisitStarted(session):
                self._begin(session)
            case VisitProgress(session_id, doing) if session_id in self._open:
                self._watch(self._open[session_id], doing)
            case StepTaken() if event.session_id in self._open:
                self._step(event)
            case VisitEnded(session_id, end, findings) if session_id in self._open:
                self._end(self._open.pop(session_id).with_end(end, findings))
            case NoteAdded():
                self._noted[worker] = event
                self.card = msgspec.structs.replace(
                    self.card, versions={**self.card.versions, **event.versions}
                )
            case _:
                pass

    def forget(self, worker: object) -> None:
        """A worker is gone; what it told stays told."""
        last = self._noted.pop(worker, None)
        if last is not None:
            self._refused.update(last.refused)
            for note in last.notes:
                self.remark(note)

    def abandon(self, customer: Customer, why: str) -> None:
        """Record a visit that no worker could bring to an end, with what is kept of it."""
        session = self._open.pop(customer.session_id, None) or new_session(
            customer, site=self.card.site, policy=self.card.policy, versions=self.card.versions
        )
        kept = self._store.abandon(session.with_end(f"error: {why}"))
        self._count(kept)
        self._watch(kept, kept.end or "")

    def save(self, *, over: bool = False) -> None:
        """Write the run card as things stand."""
        refused = Counter(self._refused)
        notes = dict.fromkeys(self._notes)
        for noted in self._noted.values():
            refused.update(noted.refused)
            notes.update(dict.fromkeys(noted.notes))
        seconds = round(self._seconds + time.monotonic() - self._started, 3)
        self.card = msgspec.structs.replace(
            with_totals(self.card, msgspec.structs.replace(self._totals, seconds=seconds)),
            finished_at=datetime.now(UTC) if over else None,
            refused=dict(sorted(refused.items())),
            notes=tuple(notes),
        )
        self._store.card(self.card)

    def close(self) -> None:
        """The run is over, done or not."""
        if self._folder is not None:
            self._folder.close_all()
        self.save(over=True)

    def _begin(self, session: Session) -> None:
        self._open[session.session_id] = session
        if self._folder is not None:
            self._folder.begin(session)

    def _step(self, event: StepTaken) -> None:
        if self._folder is not None:
            self._folder.step(event.session_id, event.step, event.picture)
        self._open[event.session_id] = self._open[event.session_id].with_step(slim(event.step))

    def _end(self, session: Session) -> None:
        if self._folder is not None:
            self._folder.end(session)
        self._count(session)
        self._watch(session, session.end or "")

    def _count(self, session: Session) -> None:
        """Add a finished visit to the totals; one counts once, however often it is told."""
        if session.session_id in self._over:
            return
        self._over.add(session.session_id)
        one = totals([session], 0.0)
        self._totals = RunTotals(
            **{
                name: getattr(self._totals, name) + getattr(one, name)
                for name in RunTotals.__struct_fields__
            }
        )
