"""A run card for tests of what keeps and resumes runs."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.runs.card import RunCard

CARD = RunCard(
    shopper_version="1",
    started_at=datetime(2026, 1, 1, tzinfo=UTC),
    url="https://shop.test/",
    embedded_shop=False,
    policy="scripted:x",
    customers=2,
    seed=3,
)
