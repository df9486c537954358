"""Conditions that fail a run: how they are written, and when they hold."""

import pytest

from agent.runs.card import RunTotals
from shopper.fail_if import NAMES, ConditionError, broken, parse_condition

TOTALS = RunTotals(
    sessions=9, steps=110, failed_steps=10, searches=20, purchase=2, terminate=4, error=1, stuck=2
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("stuck>0.2", True), ("stuck>0.25", False), ("stuck>=0.25", True), ("stuck > 20 %", True),
        ("bought<0.3", True), ("bought<.25", False), ("bought<=25%", True), ("left>0.3", True),
        ("limit>0", False), ("error>0", True), ("error>0.12", False), ("error>=0.11", True),
        ("steps>12", True), ("steps>12.5", False), ("searches<3", True), ("searches<2.5", False),
    ],
)  # fmt: skip
def test_a_condition_holds_or_not(text: str, holds: bool) -> None:
    assert bool(broken([parse_condition(text)], TOTALS)) is holds


def test_the_reason_has_the_number_and_what_it_is_of() -> None:
    conditions = [parse_condition(text) for text in ("stuck>0.1", "steps>9", "error>0.5")]
    assert broken(conditions, TOTALS) == [
        "stuck>0.1: stuck was 0.25 (2 of 8 visits that did not fail)",
        "steps>9: steps were 12.5 on average over 8 visits that did not fail",
    ]


def test_every_name_can_be_asked_about() -> None:
    for name in NAMES:
        assert broken([parse_condition(f"{name}>=0")], TOTALS)


def test_nobody_shopped_so_nothing_holds() -> None:
    assert broken([parse_condition("bought<0.5")], RunTotals()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "stcuk>0.1",
            "did you mean 'stuck'.*bought, held, left, stuck, limit, error, steps, searches",
        ),
        ("happiness>1", "nothing is called 'happiness'; The names are"),
        ("stuck", "for example stuck>0.1; the names are bought"),
        ("stuck=0.1", "write a name, a sign"),
        ("stuck>", "write a name, a sign"),
        ("stuck>many", "write a name, a sign"),
        ("stuck>-1", "write a name, a sign"),
        ("stuck>10", "a share of the visits, from 0 to 1"),
        ("steps>10%", "a number per visit"),
        ("", "write a name, a sign"),
    ],
)
def test_what_is_no_condition_is_refused_with_the_known_names(text: str, said: str) -> None:
    with pytest.raises(ConditionError, match=said):
        parse_condition(text)


def test_visits_that_failed_count_for_error_only() -> None:
    """Of ten visits six broke down, as on a machine too busy: one of the four others bought."""
    totals = RunTotals(
        sessions=10, steps=32, failed_steps=12, searches=9, failed_searches=1, purchase=1,
        terminate=3, error=6,
    )  # fmt: skip
    asked = [parse_condition(text) for text in ("bought<25%", "steps>5", "searches>2", "error>0.5")]
    assert broken(asked, totals) == ["error>0.5: error was 0.6 (6 of 10 visits)"]
    asked = [parse_condition(text) for text in ("bought<30%", "steps>=5")]
    assert broken(asked, totals) == [
        "bought<30%: bought was 0.25 (1 of 4 visits that did not fail)",
        "steps>=5: steps were 5 on average over 4 visits that did not fail",
    ]


def test_where_every_visit_failed_only_error_can_be_told() -> None:
    totals = RunTotals(sessions=2, error=2)
    asked = [parse_condition(text) for text in ("bought<30%", "steps<5", "error>0")]
    assert broken(asked, totals) == ["error>0: error was 1 (2 of 2 visits)"]
