"""Answers on a page of lines: written and read back, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.prompts.lines import read_answer, told_answer, write_answer
from agent.prompts.lines.prices import amount_in
from envs.actions import Action, ActionError, Click, Input, Terminate, TypeAndSubmit

HANDLES = {"q": "search", "a.b": "result 1", "a.c": "result 12", "mail": "field 1"}
texts = st.text(max_size=40)


@given(
    action=st.one_of(
        st.builds(Click, st.sampled_from(list(HANDLES))),
        st.builds(TypeAndSubmit, st.sampled_from(["q", "mail"]), texts),
        st.builds(Input, st.sampled_from(["q", "mail"]), texts),
        st.just(Terminate()),
    )
)
def test_an_answer_is_read_as_it_was_written(action: Action) -> None:
    written = write_answer(action, HANDLES)
    assert written is not None
    assert "\n" not in written
    assert read_answer(written, HANDLES) == action


@pytest.mark.parametrize(
    ("action", "written"),
    [
        (Click("a.b"), "result 1"),
        (TypeAndSubmit("q", 'a 12" pan: red'), 'search: a 12" pan: red'),
        (Input("mail", "me"), "input field 1: me"),
        (Terminate(), "leave"),
        (TypeAndSubmit("q", "a\\b\n"), "search: a\\\\b\\u000a"),
    ],
)
def test_how_answers_look(action: Action, written: str) -> None:
    assert write_answer(action, HANDLES) == written


def test_what_is_not_shown_has_no_answer_and_is_told_otherwise() -> None:
    gone = Click("menu.red_lamps")
    assert write_answer(gone, HANDLES) is None
    assert told_answer(gone) == "(red lamps)"


@pytest.mark.parametrize("text", ["", "result 2", "result", "q: x", "search:x", "buy", "leave now"])
def test_other_texts_are_no_answers(text: str) -> None:
    with pytest.raises(ActionError, match="not an answer on this page"):
        read_answer(text, HANDLES)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("for less than $80", 80),
        ("$1,299.00 was $2,000", 1299),
        ("1.299,50 €", 1299.5),
        ("unter 50 Euro", 50),
        ("£ 7.5", 7.5),
        ("4.5 stars (12)", None),
        ("size 42", None),
    ],
)
def test_amounts(text: str, amount: float | None) -> None:
    assert amount_in(text) == amount
