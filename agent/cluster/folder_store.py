"""The folder where the driver of a clustered run keeps its files.

What it writes is what a run on one machine would have written.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.cluster.url_store import SessionFiles, as_kept
from agent.personas.personas import Customer
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import claim, going_on, read_card, without_pages
from agent.runs.records import InFolder
from agent.sessions.log import SessionLog
from agent.sessions.session import Session, Step


class FolderStore:
    """A folder on the driver's machine, exactly as `shopper run` leaves it."""

    url = None

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.place = str(folder.root)
        self._records = InFolder(folder)
        self._open: dict[str, SessionLog] = {}

    def claim(
        self,
        card: RunCard,
        *,
        resume: bool,
        retry_failed: bool = False,
        customers: Sequence[Customer] = (),
    ) -> dict[str, Session]:
        """As `agent.runs.folder.claim`."""
        return claim(
            self.folder, card, resume=resume, retry_failed=retry_failed, customers=customers
        )

    def going_on(self, card: RunCard) -> RunCard:
        """As `agent.runs.folder.going_on`."""
        return going_on(self.folder, card)

    def read_card(self) -> RunCard | None:
        """The run card; None where no run has begun."""
        return read_card(self.folder) if self.folder.card.exists() else None

    def card(self, card: RunCard) -> None:
        self._records.card(card)

    def begin(self, session: Session) -> None:
        """Open a log; what an attempt that was lost had written in it is gone."""
        self.close(session.session_id)
        self._open[session.session_id] = self._records.log(session)

    def step(self, session_id: str, step: Step, picture: bytes | None) -> None:
        if picture is not None:
            self._records.picture(session_id, step.index, picture)
        self._open[session_id].step(step)

    def end(self, session: Session) -> None:
        self._open[session.session_id].end(session.end or "", session.findings)
        self.close(session.session_id)

    def close(self, session_id: str) -> None:
        log = self._open.pop(session_id, None)
        if log is not None:
            log.close()

    def close_all(self) -> None:
        for session_id in list(self._open):
            self.close(session_id)

    def put_session(self, files: SessionFiles) -> None:
        """Write a whole visit at once."""
        self.begin(files.session)
        for step in files.session.steps:
            self.step(files.session.session_id, step, files.pictures.get(step.screenshot or ""))
        self.end(files.session)

    def abandon(self, session: Session) -> Session:
        """End a visit that nobody can finish, with `session.end`; what was told of it stays.
        Returns it as it is kept now, without its pages."""
        if session.session_id in self._open:
            self.end(session)
            return session
        path = self.folder.session_log(session.session_id)
        kept = as_kept(path.read_bytes() if path.exists() else b"", session)
        with SessionLog(path, kept) as log:
            for step in kept.steps:
                log.step(step)
            log.end(kept.end or "", kept.findings)
        return without_pages(kept)
