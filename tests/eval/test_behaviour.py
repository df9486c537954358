"""Populations side by side, counted by hand."""

from __future__ import annotations

import random

import pytest

from envs.actions import TypeAndSubmit
from eval.behaviour import MEASURES, population, respells, side_by_side
from eval.stats.tally import ratio
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, SEARCH, session


def typed(text: str) -> TypeAndSubmit:
    return TypeAndSubmit("header.search", text)


VISITS = [
    session("a", typed("tee conector"), typed("tee connector"), MUG, BUY),
    session("b", typed("mug"), typed(" MUG"), typed("mug blue"), RED, LEAVE),
    session("c", SEARCH, MUG),
]


def value(label: str) -> float:
    metric = MEASURES[label]
    return float(metric(population(VISITS).totals()))


def test_measures_by_hand() -> None:
    assert value("actions a session") == pytest.approx(11 / 3)
    assert value("searches a session") == pytest.approx(6 / 3)
    assert value("purchases, of visits that bought or left") == pytest.approx(1 / 2)
    assert value("searches that revise the one before") == pytest.approx(2 / 6)
    assert value("searches that repeat the one before") == pytest.approx(1 / 6)
    assert value("revisions that respell a word") == pytest.approx(1 / 2)
    assert value("likeness of a revision to what it revises") == pytest.approx(
        (12 / 13 + 3 / 8) / 2
    )


@pytest.mark.parametrize(
    ("before", "after", "respelt"),
    [
        ("tee conector", "tee connector", True),
        ("trail runing jacket", "running jacket trail waterproof", True),
        ("disney gift", "disney gift card", False),
        ("red mug", "blue mug", False),
        ("cat", "car", False),
        ("tea pot", "teapot", False),
    ],
)
def test_respelling(before: str, after: str, respelt: bool) -> None:
    assert respells(before, after) is respelt


def test_a_population_is_like_itself() -> None:
    same = side_by_side(population(VISITS), population(VISITS), ("one", "other"))
    assert same.js_distance == pytest.approx(0)
    assert same.sessions == (3, 3)
    for measure in (*same.measures, *same.kinds):
        assert measure.first == measure.second
        low, high = measure.difference_ci95 or (0, 0)
        assert low <= 0 <= high


def test_kinds_that_only_one_of_them_has_are_listed() -> None:
    found = side_by_side(population(VISITS[:1]), population(VISITS[1:2]), ("a", "b"))
    assert [m.label for m in found.kinds] == ["search", "product", "filter", "buy", "leave"]
    assert found.kinds[2].first == 0.0
    assert found.kinds[2].second == pytest.approx(1 / 5)


def test_a_population_that_never_ends_has_no_purchase_share() -> None:
    found = side_by_side(population(VISITS), population(VISITS[2:]), ("a", "b"))
    share = next(m for m in found.measures if m.label == "purchases, of visits that bought or left")
    assert (share.second, share.second_ci95, share.difference_ci95) == (None, None, None)


def test_ratio_of_nothing_is_undefined() -> None:
    empty = population([]).totals()
    assert str(ratio(empty["steps"], empty["sessions"])) == "nan"


def test_a_large_population_can_be_compared_with_a_small_one() -> None:
    """Above 5,000 sessions fewer replicates are drawn, on both sides."""
    large = population(session(f"s{n}", *[SEARCH] * (n % 3), LEAVE, user="") for n in range(5001))
    small = population(session(f"s{n}", *[SEARCH] * n, LEAVE, user="") for n in range(6))
    found = side_by_side(small, large, ("few", "many"))
    assert found.measures[0].difference_ci95 is not None
    assert found.js_ci95 is not None


def test_purchases_of_three_visits_are_not_told_from_any_share() -> None:
    """None of three bought: that is up to 56 %, and no difference to one in six."""
    three = population(session(f"s{n}", MUG, LEAVE, user="") for n in range(3))
    many = population(
        session(f"t{n}", MUG, BUY if n % 6 == 0 else LEAVE, user="") for n in range(24)
    )
    found = side_by_side(three, many, ("few", "many"))
    bought = next(m for m in found.measures if m.label.startswith("purchases"))
    assert bought.first_ci95 == pytest.approx((0.0, 0.5615), abs=1e-3)
    assert bought.difference_ci95 is not None
    assert bought.difference_ci95[0] < 0 < bought.difference_ci95[1]


def test_the_interval_of_a_distance_holds_the_distance() -> None:
    rng = random.Random(3)
    ways = [(SEARCH, MUG, LEAVE), (SEARCH, MUG, BUY), (SEARCH, RED, MUG, LEAVE), (SEARCH, LEAVE)]
    one, other = (
        population(session(f"s{n}", *rng.choice(ways), user="") for n in range(30))
        for _ in range(2)
    )
    for first, second in ((one, one), (one, other)):
        found = side_by_side(first, second, ("a", "b"))
        low, high = found.js_ci95 or (1, 0)
        assert low <= (found.js_distance or 0) <= high


def test_one_visit_has_no_interval() -> None:
    found = side_by_side(population(VISITS), population(VISITS[:1]), ("a", "b"))
    assert {m.second_ci95 for m in found.measures} == {None}
    assert {m.difference_ci95 for m in found.measures} == {None}
    assert found.js_ci95 is None
