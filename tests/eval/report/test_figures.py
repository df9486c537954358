"""The numbers of a run's report, counted by hand on the sample run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.log import read_session_log
from agent.sessions.outcome import SessionOutcome
from eval.reached import stages
from eval.report.query_diff import revised, revision
from eval.report.run import figures
from eval.stats.intervals import wilson
from eval.visits import Visit, visit_of
from tests.eval.report.sample import build_run


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> list[Visit]:
    folder = build_run(tmp_path_factory.mktemp("run"))
    logs = sorted(folder.sessions.glob("*.jsonl"))
    return [visit_of(read_session_log(path), n) for n, path in enumerate(logs, 1)]


def test_every_visit_has_one_outcome(visits: list[Visit]) -> None:
    assert {one.word: n for one, n in figures.outcomes(visits).items()} == {
        "bought": 3,
        "held": 0,
        "left": 2,
        "stuck": 1,
        "limit": 1,
        "failed": 1,
        "unfinished": 1,
    }


def test_funnel_counts_who_did_it_and_whose_last_stage_it_was(visits: list[Visit]) -> None:
    found = {s.label: (s.reached, s.ended) for s in stages(visits)}
    assert found == {
        "Arrived": (9, 0),
        "Searched or browsed": (9, 2),
        "Saw a product": (7, 4),
        "Used the cart": (3, 0),
        "Ordered": (3, 3),
    }
    assert sum(ended for _, ended in found.values()) == len(visits)


def test_a_visit_that_never_saw_a_page_did_not_arrive(visits: list[Visit]) -> None:
    unreachable = replace(visits[0], outcome=SessionOutcome.ERROR, steps=())
    arrived = stages([*visits, unreachable])[0]
    assert (arrived.reached, arrived.ended) == (9, 0)


def test_funnel_of_nobody() -> None:
    assert [(s.reached, s.ended) for s in stages([])] == [(0, 0)] * 5


def test_times_add_up_to_the_visits_durations(visits: list[Visit]) -> None:
    spent = figures.times(visits)
    steps = sum(len(visit.steps) for visit in visits)
    assert spent.policy == pytest.approx(1.8 * steps)
    assert spent.settle == pytest.approx(26 * 0.32 + 4.1 + 2 * 0 + 0.32 * (steps - 29))
    assert spent.total == pytest.approx(4.0 * steps)


def test_only_waits_that_are_noticed_are_named(visits: list[Visit]) -> None:
    assert [(p.visit.number, p.step.settle_seconds) for p in figures.slowest_waits(visits)] == [
        (6, 4.1)
    ]


def test_held_back_actions_are_those_not_executed(visits: list[Visit]) -> None:
    assert [(p.visit.number, p.step.index) for p in figures.held_back(visits)] == [(5, 2)]


def test_problems_are_grouped_and_failed_visits_come_first(visits: list[Visit]) -> None:
    found = [(p.kind, p.times, [v.number for v in p.visits]) for p in figures.problems(visits)]
    assert found == [
        ("failed visit", 1, [6]),
        ("loop", 1, [3]),
        ("steps", 1, [7]),
        ("failed action", 1, [3]),
    ]


def test_first_searches_count_equal_spellings_together(visits: list[Visit]) -> None:
    again = [*visits, visits[7]]
    assert figures.first_searches(again)[0] == ("scarf", 2)


def test_a_revision_says_what_changed() -> None:
    changes = revision("tee conector black", "tee connector")
    assert [(c.how, c.text) for c in changes] == [
        ("same", "tee"),
        ("gone", "conector black"),
        ("new", "connector"),
    ]


@given(st.text(), st.text())
def test_a_revision_loses_no_word(before: str, after: str) -> None:
    changes = revision(before, after)
    kept = " ".join(c.text for c in changes if c.how != "gone").split()
    assert kept == after.split()


def test_visits_that_revised_are_listed(visits: list[Visit]) -> None:
    assert [visit.number for visit, _ in revised(visits)] == [1, 4, 7]


def test_wilson_interval_of_published_example() -> None:
    """81 of 263 gives .2553 to .3662 (Newcombe 1998, Statistics in Medicine 17:857, table I)."""
    low, high = wilson(81, 263) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) is None
