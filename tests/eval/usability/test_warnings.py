"""What a study warns of: conditions that prove nothing, and what nobody came to."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.sessions.session import Session
from agent.study.definition import Success, Task
from agent.study.load import draft, read_study
from agent.study.success import doubts, met
from envs.observation import Element
from eval.usability.page_patterns import Patterns
from eval.usability.task_visits import task_visit
from eval.usability.warnings import warnings_of
from tests.agent.study.studies import BUY, leave, press, session, study

CART = Task(id="buy", text="Put a lamp into the cart.", success=Success(url="*/cart*"))


def told(task: Task, *sessions: Session) -> str:
    patterns = Patterns(step.url for one in sessions for step in one.steps)
    visits = [task_visit(one, task, None, patterns) for one in sessions]
    return "\n".join(warnings_of(study(task, customers=len(sessions)), visits))


def looked_in(n: int) -> Session:
    return session(press("/", "cart", kind="navigation"), leave("/cart"), customer=n)


def filled(n: int) -> Session:
    steps = (press("/", "lamp", kind="product"), press("/lamp", "add", kind="cart"), leave("/cart"))
    return session(*steps, customer=n)


def test_an_empty_cart_that_meets_the_condition_is_warned_of() -> None:
    assert "3 of 5 successes met the condition with nothing opened" in told(
        CART, *map(looked_in, (1, 2, 3)), *map(filled, (4, 5))
    )
    assert "nothing opened" not in told(CART, *map(filled, range(1, 6)))
    help_task = Task(id="buy", text="Find help.", success=Success(url="*/help*"))
    helped = [
        session(press("/", "help", kind="navigation"), leave("/help"), customer=n) for n in range(5)
    ]
    assert "nothing opened" not in told(help_task, *helped)


def test_a_condition_that_the_first_page_meets_is_warned_of() -> None:
    task = Task(id="buy", text="Find a lamp.", success=Success(text="lamps"))
    home = "<main>All lamps</main>"
    at_once = [session(leave("/", home), customer=n) for n in (1, 2)]
    others = [session(press("/x", "y"), leave("/z", home), customer=n) for n in (3, 4, 5)]
    assert "holds on the first page already" in told(task, *at_once, *others)
    assert "holds on the first page" not in told(task, *others, *others)


def test_what_nobody_came_to_is_said_where_an_order_was_wanted() -> None:
    opened = session(press("/", "lamp", kind="product"), leave("/lamp"))
    assert "Nobody used the cart or chose to buy: cart and checkout" in told(BUY, opened)
    assert "Nobody searched or opened anything" in told(BUY, session(leave("/")))
    bought = session(press("/", "buy", kind="buy"), end="purchase")
    assert "Nobody" not in told(BUY, opened, bought)


@pytest.mark.parametrize("url", ["https://shop.example.com", "embedded"])
def test_the_draft_is_not_met_by_an_empty_cart_and_nobody_doubts_it(
    tmp_path: Path, url: str
) -> None:
    path = tmp_path / "study.toml"
    path.write_text(draft(url))
    [task] = read_study(path).tasks
    empty = (Element("header.search", "searchbox"), Element("main.continue_shopping", "link"))
    assert not met(task.success, "https://shop.example.com/cart", empty, "<p>Empty</p>")
    assert list(doubts([task])) == []
    assert len(list(doubts([CART]))) == 1
