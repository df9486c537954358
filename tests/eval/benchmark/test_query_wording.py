"""Wording of searches, by hand and with a policy that copies its goal."""

from __future__ import annotations

import pytest

from agent.policies.policy import Decision
from agent.sessions.session import Session
from envs.actions import Terminate, TypeAndSubmit
from envs.observation import Observation
from eval.benchmark.query_wording import (
    FIELD,
    first_searches,
    foreign_words,
    revised_searches,
    wording,
)


class Copycat:
    """Searches for the goal's first two words; leaves when a search was made already."""

    name = "copycat"
    settings: dict[str, str | int | float | bool] = {}  # noqa: RUF012

    async def decide(self, session: Session, observation: Observation) -> Decision:
        assert observation.by_name[FIELD].kind == "search"
        if session.steps:
            return Decision(action=Terminate())
        words = (session.intent or "").split()[:2]
        return Decision(action=TypeAndSubmit(FIELD, " ".join(words)))

    async def forget(self, session_id: str) -> None: ...

    async def close(self) -> None: ...


async def test_a_policy_is_asked_goal_by_goal() -> None:
    assert await first_searches(Copycat(), ["blue mug please", "lamp"]) == ["blue mug", "lamp"]
    assert await revised_searches(Copycat(), {"blue mug": ["mug", "blue mug"]}) == [None]


def test_wording_by_hand() -> None:
    found = wording(
        ["a blue mug", "a red lamp", "a chair"],
        ["Blue  mug", "lamp", None],
        [["mug blue", "blue mug"], ["red lampp"], ["chair"]],
    )
    assert (found.asked, found.searched) == (3, 2)
    assert found.exact == pytest.approx(1 / 2)
    assert found.words == pytest.approx((2 + 1) / 2)
    assert found.people_words == pytest.approx((2 + 2 + 2 + 1) / 4)
    assert found.foreign == 0.0
    assert found.people_foreign == pytest.approx((0 + 0 + 1 / 2 + 0) / 4)


def test_foreign_words() -> None:
    assert foreign_words("size 8, flat sandals.", "flat sandels 8") == pytest.approx(1 / 3)
    assert foreign_words("anything", "") == 0.0
