"""Every theme and language of the shop: shoppers read it, buy in it, and rehearsals equal the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from agent.sessions.session import Session
from agent.sources.simulation import SimulationJob, simulate
from envs.shop import LANGUAGES, THEMES, Storefront

PAIRS = (
    *(Storefront("ledger", "de"), Storefront("plaza", "fr"), Storefront("pocket", "en")),
    *(Storefront("larkfield", "es"), Storefront("ledger", "es"), Storefront("pocket", "de")),
)


def sampled(storefronts: Sequence[Storefront]) -> list[Any]:
    """The first of them, and the others where all tests run."""
    return [storefronts[0], *(pytest.param(one, marks=pytest.mark.long) for one in storefronts[1:])]


async def made(storefront: Storefront, count: int, *, rehearsed: bool, seed: int) -> list[Session]:
    found: list[Session] = []
    job = SimulationJob(
        sessions=count, seed=seed, concurrency=6, rehearsed=rehearsed, storefronts=(storefront,)
    )
    await simulate(job, found.append)
    return found


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("storefront", sampled(PAIRS[:3]), ids=str)
async def test_rehearsals_equal_the_browser_in_every_theme(storefront: Storefront) -> None:
    browsed = await made(storefront, 5, rehearsed=False, seed=4)
    assert await made(storefront, 5, rehearsed=True, seed=4) == browsed


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("storefront", sampled(PAIRS), ids=str)
async def test_shoppers_find_their_way_in_every_theme(storefront: Storefront) -> None:
    """They search, open, choose, read, buy and leave, and nothing they do fails."""
    sessions = await made(storefront, 25, rehearsed=True, seed=6)
    kinds = [step.kind for session in sessions for step in session.steps]
    assert {"search", "product", "option", "filter", "buy", "leave", "other"} <= set(kinds)
    ends = [session.end for session in sessions]
    assert {"purchase", "terminate"} <= set(ends) <= {"purchase", "terminate", "limit"}
    assert ends.count("limit") <= 1, "one may open the same product again and again"
    assert {session.site for session in sessions} == {
        f"embedded-shop/{storefront.theme}/{storefront.language}"
    }
    for session in sessions:
        for step in session.steps:
            assert step.result.ok
            name = getattr(step.action, "name", None)
            assert name is None or any(element.name == name for element in step.names)
            if step.kind == "product":
                assert step.reasoning is not None
                assert any(mark in step.reasoning for mark in "$€"), "the price on the page is seen"


def test_pairs_cover_all_themes_and_languages() -> None:
    assert {one.theme for one in PAIRS} == set(THEMES)
    assert {one.language for one in PAIRS} == set(LANGUAGES)
