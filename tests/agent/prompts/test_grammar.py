"""The grammar of a page's legal actions writes exactly those actions."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.prompts.grammar import TEXT_LENGTH, LegalActions, grammar, legal_actions
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit, encode_action
from tests.agent.runs.sessions import HOME

llguidance = pytest.importorskip("llguidance")

ODD = st.sampled_from(
    ['a.b"c\\d', "日本語.検索", "😀.x", "tab\there", "ab", "a", "b\x7f", "-", "'"]
)
names = st.lists(
    st.text(string.ascii_lowercase + "._é", min_size=1, max_size=12) | ODD, unique=True, max_size=20
)


def accepts(legal: LegalActions, text: str) -> bool:
    """Whether llguidance, given our grammar, takes `text` byte by byte to the end."""
    from llguidance import LLMatcher, LLTokenizer

    matcher = LLMatcher(LLTokenizer("byte"), grammar(legal, "llguidance"))
    assert not matcher.get_error()
    taken = matcher.consume_tokens(list(text.encode()))
    return bool(taken) and matcher.is_accepting()


def possible(legal: LegalActions) -> list[Action]:
    typed: list[Action] = [TypeAndSubmit(f, 'a "b" \\ é') for f in legal.fields]
    if legal.input_action:
        typed += [Input(f, "x" * TEXT_LENGTH) for f in legal.fields]
    return [Terminate(), *typed, *(Click(name) for name in legal.names)]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(names=names, extra=st.booleans(), more=names)
def test_legal_actions_and_nothing_else(names: list[str], extra: bool, more: list[str]) -> None:
    legal = LegalActions(tuple(names), tuple(names[:3]), extra)
    for action in possible(legal):
        assert accepts(legal, encode_action(action))
    for name in set(more) - set(names):
        assert not accepts(legal, encode_action(Click(name)))
    for name in set(names) - set(legal.fields):
        assert not accepts(legal, encode_action(TypeAndSubmit(name, "x")))


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "terminate"}',
        '{"type":"terminate"} ',
        '{"name":"a","type":"click"}',
        '{"type":"type_and_submit","name":"a","text":""}',
        '{"type":"type_and_submit","name":"a","text":"' + "x" * (TEXT_LENGTH + 1) + '"}',
        '{"type":"type_and_submit","name":"a","text":"two\nlines"}',
        '{"type":"input","name":"a","text":"x"}',
        '{"type":"buy"}',
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    assert not accepts(LegalActions(("a",), ("a",)), text)


def test_only_what_is_visible_is_legal() -> None:
    legal = legal_actions(HOME, frozenset({"lamps", "header.search"}), input_action=False)
    assert legal == LegalActions(("header.search", "lamps"), ("header.search",))


def test_a_page_without_anything_can_be_left() -> None:
    assert accepts(LegalActions((), ()), '{"type":"terminate"}')


def test_a_name_that_is_no_unicode_is_not_offered() -> None:
    assert "bad" not in grammar(LegalActions(("bad\ud800", "good"), ()))
    assert accepts(LegalActions(("bad\ud800", "good"), ()), '{"type":"click","name":"good"}')
