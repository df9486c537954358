"""Reasons agree with the action they are given for."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from agent.shoppers import History, decide, population, read_goal, sample, visits_of
from agent.shoppers.page import Page
from agent.shoppers.reasons import _REASONS, say
from agent.shoppers.rehearsal import Rehearsal, RehearsalShop
from envs.actions import Action, Click, Terminate, TypeAndSubmit

pytestmark = pytest.mark.slow

SESSIONS = 400


def told(shop: RehearsalShop, seed: int, count: int) -> list[tuple[Page, Action, str, str, str]]:
    """Each step of `count` rehearsed visits: page, action, its kind, the reason, and its name."""
    steps = []
    for one in islice((v for u in population(seed) for v in visits_of(u)), count):
        want, history, place = read_goal(one.intent), History(), Rehearsal(shop)
        for step in range(40):
            page = place.page
            choice = sample(decide(one.user, want, history, page), Random(f"{one.seed}/{step}"))
            kind = place.act(choice.action)
            steps.append((page, choice.action, kind, say(choice, want), choice.why))
            history = history.after(choice.action, kind)
            if kind == "leave" or place.bought:
                break
    return steps


@pytest.fixture(scope="module")
def steps(rehearsal_shop: RehearsalShop) -> list[tuple[Page, Action, str, str, str]]:
    return told(rehearsal_shop, 31, SESSIONS)


def test_the_product_named_is_the_one_opened(steps: list) -> None:  # type: ignore[type-arg]
    opened = 0
    for page, action, kind, reason, _ in steps:
        if kind != "product":
            continue
        opened += 1
        title = next(i.title for i in page.items if i.name == action.name)
        others = {i.title for i in page.items} - {title}
        assert title in reason
        assert not any(other in reason for other in others if other not in title), reason
        assert reason.endswith("I open it.")
    assert opened > SESSIONS


def test_the_search_quoted_is_the_one_typed(steps: list) -> None:  # type: ignore[type-arg]
    searches = 0
    for _, action, kind, reason, _ in steps:
        if isinstance(action, TypeAndSubmit):
            searches += 1
            assert reason.endswith(f'I search for "{action.text}".') or reason.endswith(
                f'and search for "{action.text}".'
            )
        else:
            assert "search for" not in reason, kind
    assert searches > 2 * SESSIONS


def test_only_who_leaves_says_so(steps: list) -> None:  # type: ignore[type-arg]
    for _, action, kind, reason, _ in steps:
        assert ("I leave" in reason) == isinstance(action, Terminate), reason
        assert ("I buy it now" in reason) == (kind == "buy"), reason


def test_options_and_filters_are_quoted(steps: list) -> None:  # type: ignore[type-arg]
    for page, action, kind, reason, _ in steps:
        links = page.options if kind == "option" else page.filters if kind == "filter" else ()
        if links and isinstance(action, Click):
            label = next(link.label for link in links if link.name == action.name)
            assert label in reason


def test_what_is_on_a_product_page_is_said_in_its_words(steps: list) -> None:  # type: ignore[type-arg]
    for page, _, kind, reason, _ in steps:
        if page.product and kind in ("buy", "option", "reviews"):
            assert page.product.title in reason


def test_every_reason_is_given(steps: list) -> None:  # type: ignore[type-arg]
    """No reason is there for nothing, but for those of rare turns."""
    rare = {"leave_stuck", "checkout", "leave_sold_out", "leave_list"}
    assert set(_REASONS) - {why for *_, why in steps} <= rare


def test_the_same_seed_says_the_same_each_time(rehearsal_shop: RehearsalShop) -> None:
    assert told(rehearsal_shop, 5, 20) == told(rehearsal_shop, 5, 20)
