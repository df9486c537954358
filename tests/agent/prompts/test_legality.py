"""What is legal is what the grammar writes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from agent.prompts.grammar import TEXT_LENGTH, LegalActions
from agent.prompts.legality import allows
from envs.actions import Back, Click, Hover, Scroll, TypeAndSubmit, Wait, encode_action
from tests.agent.prompts.test_grammar import names, possible


@settings(max_examples=60, deadline=None)
@given(names=names, more=names)
def test_legal_actions_and_nothing_else(names: list[str], more: list[str]) -> None:
    legal = LegalActions(tuple(names), tuple(names[:3]), input_action=bool(len(names) % 2))
    for action in possible(legal):
        assert allows(legal, encode_action(action))
    for name in set(more) - set(names):
        assert not allows(legal, encode_action(Click(name)))
    for name in set(names) - set(legal.fields):
        assert not allows(legal, encode_action(TypeAndSubmit(name, "x")))


@pytest.mark.parametrize(
    "action", [Hover("a"), Scroll("a"), Scroll(direction="up"), Back(), Wait()]
)
def test_what_looks_further_is_legal_where_it_is_offered(action) -> None:
    assert not allows(LegalActions(("a",), ()), encode_action(action))
    assert allows(LegalActions(("a",), (), actions="full"), encode_action(action))


LINES = LegalActions(("result 1", "cart"), ("search",), form="lines", end="\n")


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("result 1\n", True),
        ("result 1", True),
        ("leave\n", True),
        ("search: red lamp\n", True),
        ("result 2\n", False),
        ("result 1\nleave", False),
        ("cart: red lamp\n", False),
        ("search\n", False),
        ("search: \n", False),
        ("input search: lamp\n", False),
        ("go back\n", False),
        ("search: " + "x" * (TEXT_LENGTH + 1), False),
        ("", False),
    ],
)
def test_answers_on_a_page_of_lines(text: str, legal: bool) -> None:
    assert allows(LINES, text) is legal
