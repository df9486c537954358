"""What is remembered of a visit, whatever a shop's links are called."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.prompts.lines.memory import memory_of
from agent.sessions.session import Step
from envs.actions import Click


def opened(name: str) -> Step:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Step(index=0, timestamp=now, url="", context="", action=Click(name), kind="product")


def test_products_are_told_apart_where_each_card_has_a_link_of_the_same_name() -> None:
    steps = [opened("results.blue_mug.view_product"), opened("results.red_mug")]
    assert memory_of(steps, "a mug").opened == {"blue_mug", "red_mug"}
