"""The run card: what a run was, in ``run.json``, and where its files are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

Setting = str | int | float | bool | None


class RunTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over a run's finished sessions; `seconds` is wall time."""

    sessions: int = 0
    steps: int = 0
    purchase: int = 0
    terminate: int = 0
    limit: int = 0
    error: int = 0
    stuck: int = 0
    held_back: int = 0
    searches: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0


class RunCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`run.json`. `stuck` sessions are also counted under `limit`; `refused` counts requests that
    the gateway turned away, by host."""

    format: str = "1"
    shopper_version: str
    started_at: Annotated[datetime, msgspec.Meta(tz=True)]
    finished_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    url: str
    embedded_shop: bool
    policy: str
    policy_settings: dict[str, Setting] = {}
    customers: int
    seed: int
    arguments: dict[str, Setting | list[str]] = {}
    versions: dict[str, str] = {}
    totals: RunTotals = RunTotals()
    refused: dict[str, int] = {}
    notes: tuple[str, ...] = ()


def carried_on(card: RunCard, before: RunCard) -> RunCard:
    """The card of a run that goes on as `card` says, with what its part before told of itself.

    Its totals are that part's; what is counted anew are the sessions, not the seconds.
    """
    return msgspec.structs.replace(
        card,
        started_at=before.started_at,
        totals=before.totals,
        refused=before.refused,
        notes=tuple(dict.fromkeys((*before.notes, *card.notes))),
    )


class RunFolder:
    """The files of one run: ``run.json``, ``sessions/ID.jsonl``, ``screenshots/ID/NNN.jpg``,
    ``report.html``. A step's `screenshot` is a path relative to the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.card = root / "run.json"
        self.sessions = root / "sessions"
        self.screenshots = root / "screenshots"
        self.report = root / "report.html"

    def session_log(self, session_id: str) -> Path:
        return self.sessions / f"{session_id}.jsonl"

    def screenshot(self, session_id: str, step: int) -> Path:
        return self.screenshots / session_id / f"{step:03}.jpg"
