"""Whether visits pursue what they came for, on visits written by hand."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from agent.sessions.session import Session
from bench.goal import Pursuit, pursuit_of, rows
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from tests.agent.runs.sessions import session_of


def visit(*done: tuple[str, Action]) -> Session:
    made = session_of([("<p></p>", None, action) for _, action in done], intent="a blue desk lamp")
    steps = [msgspec.structs.replace(s, kind=k) for s, (k, _) in zip(made.steps, done, strict=True)]
    return msgspec.structs.replace(made, steps=tuple(steps))


def search(text: str) -> tuple[str, Action]:
    return "search", TypeAndSubmit("search", text)


def product(name: str) -> tuple[str, Action]:
    return "product", Click(f"results.{name}")


def test_what_is_on_goal_holds_half_of_the_thing() -> None:
    found = pursuit_of(
        visit(
            search("desk lamps"),
            search("jigsaw puzzle"),
            search("Desk  lamps"),
            product("copperline_reading_lamp"),
            product("garlic_hot_sauce"),
            ("leave", Terminate()),
        )
    )
    assert found.searches == (True, False, True)
    assert found.again == (False, False, True)
    assert found.opened == (True, False)
    assert not found.bought


@pytest.mark.parametrize(("opened", "said"), [((), "–"), ((True, False), "50 % [9, 91] of 2")])
def test_a_share_of_nothing_is_no_share(opened: tuple[bool, ...], said: str) -> None:
    one = Pursuit(searches=(), again=(), opened=opened, bought=False, kinds=("leave",))
    told = dict(rows([one], Counter(leave=1)))
    assert told["opened products on goal"] == said
    assert told["first search on goal"] == "–"
