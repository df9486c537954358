"""What the shoppers' tests share: the shop's data, and a way to rehearse a visit."""

from __future__ import annotations

from random import Random

import pytest

from agent.shoppers import History, decide, most_likely, read_goal, sample
from agent.shoppers.rehearsal import Rehearsal, RehearsalShop
from agent.shoppers.user import PlannedVisit


@pytest.fixture(scope="session")
def rehearsal_shop() -> RehearsalShop:
    return RehearsalShop()


def rehearse(
    shop: RehearsalShop, one: PlannedVisit, most: int = 40
) -> tuple[History, str, list[float]]:
    """A visit without a browser: what was done, how it ended, and the oracle's chances."""
    want, history, place = read_goal(one.intent), History(), Rehearsal(shop)
    chances: list[float] = []
    for step in range(most):
        choices = decide(one.user, want, history, place.page)
        assert sum(c.probability for c in choices) == pytest.approx(1.0)
        chances.append(most_likely(choices))
        choice = sample(choices, Random(f"{one.seed}/{one.id}/{step}"))
        kind = place.act(choice.action)
        history = history.after(choice.action, kind)
        if kind == "leave" or place.bought:
            return history, "purchase" if place.bought else "terminate", chances
    return history, "limit", chances
