"""How a session is told: outcomes, reasons, words and marks."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.describe import describe_step, humanise, page_words
from agent.sessions.outcome import outcome_of
from agent.sessions.session import Finding, Session
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from envs.held import Held
from envs.observation import Box
from eval.formatting import duration, sentence
from eval.report.run import figures
from eval.visits import mark_of, visit_of
from tests.eval.report.sample import START, Did, step_of


def session(end: str | None, *findings: Finding) -> Session:
    return Session(
        session_id="a",
        user_id="u",
        site="s",
        started_at=START,
        source="live",
        end=end,
        findings=findings,
    )


@pytest.mark.parametrize(
    ("end", "findings", "outcome"),
    [
        ("purchase", (), "bought"),
        ("held", (), "held"),
        ("terminate", (), "left"),
        ("limit", (), "limit"),
        ("limit", (Finding(kind="loop", step=1, text="same again"),), "stuck"),
        ("error: the page is gone", (), "failed"),
        (None, (), "unfinished"),
    ],
)
def test_outcome(end: str | None, findings: tuple[Finding, ...], outcome: str) -> None:
    assert outcome_of(session(end, *findings)).word == outcome
    assert visit_of(session(end, *findings), 1).outcome.word == outcome


def test_a_failed_visit_says_why() -> None:
    assert visit_of(session("error: the page is gone"), 1).why == (
        "The visit failed: the page is gone"
    )


def test_a_held_back_purchase_is_not_told_as_an_order() -> None:
    step = step_of(Did("buy", Click("buy_now"), None, executed=False), 0)
    assert "not placed" in visit_of(session("purchase").with_step(step), 1).why


def test_an_order_after_a_step_that_failed_is_told_as_placed() -> None:
    covered = step_of(Did("product", Click("red"), None, error="covered", executed=False), 0)
    bought = step_of(Did("buy", Click("buy_now"), None), 1)
    visit = session("purchase").with_step(covered).with_step(bought)
    assert "not placed" not in visit_of(visit, 1).why


def test_a_visit_lasts_from_its_start_to_its_last_step() -> None:
    step = step_of(Did("leave", Terminate(), None), 4)
    assert visit_of(session("terminate").with_step(step), 1).seconds == 20.0
    late = Session(
        session_id="a",
        user_id="u",
        site="s",
        source="live",
        started_at=START + timedelta(hours=1),
        steps=(step,),
    )
    assert visit_of(late, 1).seconds == 0.0


@pytest.mark.parametrize(
    ("kind", "action", "words"),
    [
        ("search", TypeAndSubmit("header.search", "tee"), "Searched for “tee”"),
        ("search", Input("header.search", "tee"), "Searched for “tee”"),
        ("other", TypeAndSubmit("news.e_mail", "a@b.c"), "Typed “a@b.c” into E mail and sent it"),
        ("product", Click("results.karcher_k2.view"), "Opened “Karcher k2”"),
        ("product", Click("results.karcher_k2"), "Opened “Karcher k2”"),
        ("filter", Click("refinements.colour.red"), "Filtered by “Red” in Colour"),
        ("cart", Click("results.mug.add_to_cart"), "Clicked “Add to cart” in Mug"),
        ("navigation", Click("home"), "Went to “Home”"),
        ("leave", Terminate(), "Closed the window"),
    ],
)
def test_a_deed_in_plain_words(kind: str, action: Action, words: str) -> None:
    assert str(describe_step(step_of(Did(kind, action, None), 0))) == words


def test_a_failed_action_is_only_tried() -> None:
    step = step_of(Did("cart", Click("mug.add_to_cart"), None, error="covered by a banner"), 0)
    assert describe_step(step).verb == "Tried to click"


def test_mark_follows_the_scroll_and_gets_a_margin() -> None:
    mark = mark_of(Box(100, 950, 80, 30), 0, 700, 1280, 800)
    assert mark is not None
    assert (mark.x, mark.y, mark.width, mark.height) == (96, 246, 88, 38)


def test_what_lies_outside_the_picture_is_not_marked() -> None:
    assert mark_of(Box(100, 900, 80, 30), 0, 0, 1280, 800) is None


@given(*[st.floats(-3000, 3000)] * 2, *[st.floats(0, 3000)] * 4)
def test_a_mark_stays_inside_the_picture(
    x: float, y: float, width: float, height: float, scroll_x: float, scroll_y: float
) -> None:
    mark = mark_of(Box(x, y, width, height), scroll_x, scroll_y, 1280, 800)
    if mark is not None:
        assert 0 <= mark.x <= mark.x + mark.width <= 1280
        assert 0 <= mark.y <= mark.y + mark.height <= 800
        assert mark.width > 0
        assert mark.height > 0


def test_small_words() -> None:
    assert [duration(s) for s in (0.44, 59.4, 200, 7500)] == [
        "0.4 s",
        "59 s",
        "3 min 20 s",
        "2 h 5 min",
    ]
    assert humanise("kärcher__k2_ps") == "Kärcher k2 ps"
    assert sentence(["one left", "two got stuck", "", "one failed"]) == (
        "One left, two got stuck and one failed."
    )
    assert page_words("javascript:alert(1)") == "javascript:alert(1)"
    assert page_words("http://[broken") == "http://[broken"
    assert page_words("https://shop.example/a?b=1#c") == "/a?b=1"


def test_what_was_held_back_is_told_of_the_step_and_of_the_visit() -> None:
    held = Held(layer="request", reason="it sends a checkout", method="POST", address="http://s/go")
    step = msgspec.structs.replace(step_of(Did("other", Click("go"), None), 0), held=held)
    visit = visit_of(session("held").with_step(step), 1)
    assert visit.steps[0].held == "POST http://s/go was held back: it sends a checkout"
    assert "not placed" in visit.why and "http://s/go" in visit.why
    assert figures.held_back([visit])[0].step is visit.steps[0]
