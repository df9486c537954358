"""An action made with an element of the page: it works, or says at once why not."""

from __future__ import annotations

import pytest

from envs.actions import ActionError, Click, Input, TypeAndSubmit, encode_action, parse_action
from envs.observation import Element

SEARCH = Element("top.search", "searchbox", "search")
BUY = Element("buy_now", "button", "buy")


def test_an_element_stands_for_its_name() -> None:
    assert Click(BUY) == Click("buy_now") == BUY.click()  # type: ignore[arg-type]
    assert TypeAndSubmit(SEARCH, "mug") == SEARCH.type_and_submit("mug")  # type: ignore[arg-type]
    assert Input(SEARCH, "mug") == SEARCH.input("mug")  # type: ignore[arg-type]
    text = encode_action(Click(BUY))  # type: ignore[arg-type]
    assert text == '{"type":"click","name":"buy_now"}'
    assert hash(parse_action(text)) == hash(BUY.click())


@pytest.mark.parametrize("other", [3, None, ["buy_now"], Element(3, "button")])
def test_what_is_neither_is_refused_at_once(other: object) -> None:
    with pytest.raises(TypeError, match="Click takes an element of the page or its name, not"):
        Click(other)  # type: ignore[arg-type]


def test_what_cannot_be_typed_into_is_said_at_once() -> None:
    for act in (BUY.input, BUY.type_and_submit):
        with pytest.raises(ActionError, match="'buy_now' is a button, not a text field"):
            act("mug")
