"""What is kept of a visit, and how deep it went."""

from __future__ import annotations

from envs.actions import Scroll
from eval.fidelity.trails import noted, trail_of
from tests.eval.benchmark.sample import BUY, LEAVE, MUG, RED, SEARCH, session
from tests.eval.fidelity.sample import trail


def test_a_visit_keeps_its_kinds_and_its_end() -> None:
    found = trail_of(session("a", SEARCH, RED, MUG, BUY, user="u"))
    assert found.kinds == ("search", "filter", "product", "buy")
    assert (found.ended, found.queries, found.who) == ("bought", ("mug",), "u")


def test_looking_further_is_no_action() -> None:
    assert trail_of(session("a", SEARCH, Scroll("down"), LEAVE)).kinds == ("search", "leave")


def test_who_has_no_name_stands_for_one_visit() -> None:
    found = trail_of(session("a", SEARCH, user=""))
    assert (found.user, found.who, found.ended) == (None, "a", "other")


def test_depth_is_the_furthest_stage() -> None:
    assert trail("a", "other", "leave").depth == 0
    assert trail("b", "product", "search", "leave").depth == 2
    assert trail("c", "cart", "search", "leave").depth == 3
    assert trail("d", "buy").depth == 4
    assert trail("e", "buy", ended="other").depth == 3, "a press that came to nothing"


def test_a_visit_that_was_cut_off_has_no_last_transition() -> None:
    assert list(trail("a", "search", "leave").transitions)[-1] == ("leave", "end")
    assert list(trail("a", "search").transitions) == [("start", "search")]


def test_sessions_pass_by_whole() -> None:
    visits, into = [session("a", SEARCH), session("b", MUG, LEAVE)], []
    assert list(noted(visits, into)) == visits
    assert [one.session_id for one in into] == ["a", "b"]
