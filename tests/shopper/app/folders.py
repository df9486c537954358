"""Folders of runs made by hand, for what needs many or hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.runs.folder import write_card

AT = datetime(2026, 11, 28, 8, 30, tzinfo=UTC)
CARD = RunCard(
    shopper_version="0.1.0",
    started_at=AT,
    finished_at=AT,
    url="https://shop.example/",
    embedded_shop=False,
    policy="synthetic",
    customers=3,
    seed=0,
    totals=RunTotals(sessions=3, purchase=1, terminate=2, steps=12),
)


def a_run(folder: Path, **others: object) -> Path:
    """A run's folder with a card and no logs."""
    folder.mkdir(parents=True)
    write_card(RunFolder(folder), msgspec.structs.replace(CARD, **others))
    return folder


def many_runs(root: Path, count: int) -> None:
    for number in range(count):
        a_run(root / f"run-{number:04}", started_at=AT + timedelta(minutes=number))
