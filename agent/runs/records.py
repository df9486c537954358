"""Where a crowd keeps what happens: in a run's folder, or wherever a cluster's worker sends it."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from typing import Protocol

from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import write_card
from agent.runs.visit import Log
from agent.sessions.log import SessionLog
from agent.sessions.session import Session

LOGIN_FAILED = "login-failed.jpg"
"""What a run's folder calls the picture of where a login failed."""


class Records(Protocol):
    """Where a crowd keeps what happens: `InFolder`, or what a cluster's worker sends away."""

    def log(self, session: Session) -> AbstractContextManager[Log]:
        """A new log for a visit that begins."""

    def picture(self, session_id: str, step: int, image: bytes) -> str:
        """Keep a step's picture; returns the path for the log."""

    def failure(self, image: bytes) -> str:
        """Keep a picture of where a login failed; returns where it is."""

    def card(self, card: RunCard) -> None:
        """Keep the run card as it stands."""


class InFolder:
    """Keeps everything in a run's folder."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder

    def log(self, session: Session) -> SessionLog:
        """What an earlier attempt at this visit left behind is gone."""
        shutil.rmtree(self.folder.screenshots / session.session_id, ignore_errors=True)
        return SessionLog(self.folder.session_log(session.session_id), session)

    def picture(self, session_id: str, step: int, image: bytes) -> str:
        path = self.folder.screenshot(session_id, step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        return str(path.relative_to(self.folder.root))

    def failure(self, image: bytes) -> str:
        path = self.folder.root / LOGIN_FAILED
        path.write_bytes(image)
        return str(path)

    def card(self, card: RunCard) -> None:
        write_card(self.folder, card)
