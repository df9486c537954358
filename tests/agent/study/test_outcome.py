"""Success is what the task says it is, seen in the log or in the shop's own."""

import msgspec
import pytest

from agent.sessions.session import Finding
from agent.study.definition import Success
from agent.study.outcome import ending
from agent.study.success import met
from envs.observation import Element
from tests.agent.study.studies import BUY, FIND, leave, press, search, session

HTML = "<main><h1>Brass  lamp</h1><p>In your <b>cart</b></p></main>"
NAMES = (Element("buybox.checkout", "link"),)


@pytest.mark.parametrize(
    ("success", "holds"),
    [
        (Success(url="*/lamp/*"), True),
        (Success(url="*/lamp"), False),
        (Success(text="in your CART"), True),
        (Success(text="brass lamp"), True),
        (Success(text="name"), False),
        (Success(element="*.checkout"), True),
        (Success(element="checkout"), False),
        (Success(url="*/lamp/*", text="cart", element="*check*"), True),
        (Success(url="*/lamp/*", text="basket"), False),
        (Success(order=True), False),
    ],
)
def test_everything_that_is_asked_of_a_page_must_hold(success: Success, holds: bool) -> None:
    assert met(success, "http://shop.test/lamp/3", NAMES, HTML) is holds


def test_a_page_task_is_done_on_the_first_page_that_meets_it() -> None:
    visit = session(search("/", "lamp"), press("/list", "a"), leave("/lamp/3"), task="find")
    found = ending(visit, FIND, None)
    assert (found.outcome, found.at) == ("done", 2)


def test_an_order_counts_by_the_shops_own_log() -> None:
    bought = session(press("/lamp/3", "buy_now", kind="buy"), end="purchase")
    assert ending(bought, BUY, frozenset({bought.session_id})).outcome == "done"
    assert ending(bought, BUY, frozenset()).outcome == "other-end"
    assert ending(bought, BUY, None).outcome == "done"


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ("terminate", "gave-up"),
        ("limit", "out-of-patience"),
        ("error: the page crashed 3 times", "failed"),
    ],
)
def test_other_ends(end: str, outcome: str) -> None:
    assert ending(session(leave("/"), end=end), BUY, None).outcome == outcome


def test_patience_ends_after_so_many_actions() -> None:
    """One look more than actions shows where the last one led."""
    task = msgspec.structs.replace(FIND, max_steps=2)
    way = (search("/", "lamp"), press("/list", "a"))
    late = session(*way, leave("/lamp/3"), task="find")
    assert ending(late, task, None).outcome == "done"
    never = ending(session(*way, leave("/list"), task="find"), task, None)
    assert (never.outcome, never.why) == ("out-of-patience", "Out of patience after 2 steps.")


def test_going_round_in_circles_is_being_stuck() -> None:
    visit = session(press("/", "a"), end="limit", findings=(Finding(kind="loop", step=0, text=""),))
    assert ending(visit, BUY, None).outcome == "stuck"
    assert ending(visit, FIND, None).outcome == "stuck"


def test_an_order_nobody_asked_for_is_no_success() -> None:
    visit = session(press("/x", "buy_now", kind="buy"), task="find", end="purchase")
    assert ending(visit, FIND, frozenset({visit.session_id})).outcome == "other-end"
