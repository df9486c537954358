"""Measures counted by hand on small logs."""

from __future__ import annotations

import math

import msgspec
import pytest

from agent.sessions.session import Session
from envs.actions import Click, Input, Scroll
from envs.observation import Element, Viewport
from eval.usability.measures import measures
from eval.usability.schema import Measure, TaskResult
from eval.usability.task_results import klm_seconds, lostness, task_result
from tests.agent.study.studies import leave, press, search, session, step
from tests.eval.usability.logs import visits_of

BOUGHT = session(
    search("/", "lamp"),
    press("/list", "list.red", kind="product"),
    press("/lamp/1", "buy_now", kind="buy"),
    end="purchase",
)
WANDERED = session(
    search("/", "lamp"),
    search("/list", "lamps"),
    press("/list?q=lamps", "list.red", kind="product"),
    press("/lamp/1", "home", kind="navigation"),
    press("/", "help", kind="navigation"),
    press("/", "help", kind="navigation"),
    leave("/help"),
    customer=2,
)
CHANGED_MIND = session(
    press("/lamp/1", "size.s", kind="option"),
    press("/lamp/1", "colour.red", kind="option"),
    press("/lamp/1", "size.m", kind="option"),
    press("/lamp/1", "nothing", error="'nothing' is disabled"),
    leave("/lamp/1"),
    customer=3,
)
BROKEN = session(leave("/"), customer=4, end="error: the browser failed")


def result(one: Session, fewest: int | None = 3) -> TaskResult:
    return task_result(visits_of(one)[0], fewest)


def test_the_straight_way_is_not_lost() -> None:
    got = result(BOUGHT)
    assert (got.outcome, got.steps, got.pages, got.distinct_pages) == ("done", 3, 3, 3)
    assert (got.lostness, got.backtracks, got.repeats) == (0.0, 0, 0)
    assert (got.searches, got.searches_without_click, got.left_at) == (1, 0, None)


def test_wandering_is_counted() -> None:
    got = result(WANDERED)
    assert (got.outcome, got.steps, got.left_at) == ("gave-up", 6, "/help")
    assert (got.pages, got.distinct_pages, got.backtracks) == (6, 5, 1)
    assert got.lostness == pytest.approx(math.hypot(5 / 6 - 1, 3 / 5 - 1), abs=1e-4)
    assert (got.repeats, got.searches, got.searches_without_click) == (1, 2, 1)


def test_choices_that_are_changed_are_hesitation() -> None:
    got = result(CHANGED_MIND)
    assert (got.hesitations, got.errors) == (1, 1)


@pytest.mark.parametrize(
    ("distinct", "total", "fewest", "value"),
    [
        (6, 9, 3, math.hypot(6 / 9 - 1, 3 / 6 - 1)),
        (3, 3, 3, 0.0),
        (2, 2, 3, None),  # left before the task could be done
        (0, 0, 1, None),
        (4, 4, None, None),
    ],
)
def test_lostness_as_smith_defines_it(
    distinct: int, total: int, fewest: int | None, value: float | None
) -> None:
    assert lostness(distinct, total, fewest) == pytest.approx(value, abs=1e-4)


def test_the_keystroke_level_model() -> None:
    assert klm_seconds(step("/", Click("a"))) == pytest.approx(1.35 + 1.1 + 0.2)
    typed = step("/", Input("a", "lamp"))
    assert klm_seconds(typed) == pytest.approx(1.35 + 1.1 + 0.2 + 0.4 + 5 * 0.28)


def by_key(*sessions: Session) -> dict[tuple[str, str | None], Measure]:
    results = [result(one) for one in sessions]
    return {(m.key, m.task): m for m in measures(results, ("buy", "find"))}


def test_success_leaves_out_what_broke_down() -> None:
    found = by_key(BOUGHT, WANDERED, CHANGED_MIND, BROKEN)
    success = found["success", None]
    assert (success.value, success.n) == (pytest.approx(1 / 3), 3)
    assert success.ci95 is not None
    assert found["gave-up", None].value == pytest.approx(2 / 3)
    assert found["steps", None].value == pytest.approx(3.0)
    assert found["searches-without-click", None].value == pytest.approx(1 / 3)
    assert found["errors", None].value == pytest.approx(1 / 3)


def test_each_task_has_its_own_measures_beside_all() -> None:
    looked = session(leave("/lamp/9", names=(Element("a", "link"),)), task="find", customer=2)
    found = by_key(BOUGHT, looked)
    assert found["success", None].n == 2
    assert found["success", "buy"].n == 1
    assert found["success", "find"].value == 1.0


def test_a_task_has_measures_of_its_own_where_nobody_tried_the_others() -> None:
    found = by_key(BOUGHT)
    assert found["success", "buy"].value == 1.0
    assert ("success", "find") not in found
    alone = measures([result(BOUGHT)], ("buy",))
    assert {one.task for one in alone} == {None}


def test_without_visits_nothing_is_defined() -> None:
    found = by_key(BROKEN)
    assert {m.value for m in found.values()} == {None}
    assert {m.ci95 for m in found.values()} == {None}


def test_every_measure_says_what_it_is_and_where_it_is_from() -> None:
    for measure in by_key(BOUGHT, WANDERED).values():
        assert len(measure.definition) > 20
        assert len(measure.source) > 10


def test_depth_is_a_measure_where_somebody_scrolled_and_scrolls_are_no_repetition() -> None:
    def at(depth: float) -> Viewport:
        return Viewport(width=1280, height=720, depth=depth)

    down = Scroll(direction="down")
    plain = session(press("/", "lamp"), leave("/lamp"))
    assert ("depth", None) not in by_key(plain)
    assert "depth" not in msgspec.to_builtins(result(plain))
    scrolled = session(
        step("/", down, viewport=at(0.5)),
        step("/", down, viewport=at(1.0)),
        press("/", "lamp"),
        step("/lamp", down, viewport=at(0.4)),
        leave("/lamp"),
        customer=2,
    )
    found = result(scrolled)
    assert (found.scrolled, found.depth, found.repeats) == (2, 0.7, 0)
    depth = by_key(plain, scrolled)["depth", None]
    assert (depth.value, depth.n, depth.better) == (pytest.approx(0.7), 2, "neither")
