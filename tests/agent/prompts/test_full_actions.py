"""What a model is told and offered with all actions, and that the paper's stay as they are."""

from __future__ import annotations

import pytest

from agent.policies.options import Options, offering
from agent.prompts.grammar import grammar, legal_actions
from agent.prompts.lines.answers import read_answer, told_answer, write_answer
from agent.prompts.prompt import PromptSettings, recorded, system_text
from envs.actions import ActionError, Back, Click, Hover, Scroll, Wait
from envs.observation import Element, Observation

PAGE = Observation(
    "http://shop.test/",
    "",
    "",
    (Element("top.search", "searchbox", "search"), Element("top.menu", "button")),
)
HANDLES = {"top.search": "search", "top.menu": "button 1"}
PAPER = PromptSettings()
FULL = PromptSettings(actions="full")


def test_the_papers_actions_are_the_default_and_leave_no_trace() -> None:
    assert offering("paper") == Options()
    assert "actions" not in recorded(PAPER) and recorded(FULL)["actions"] == "full"
    told = system_text(None, PAPER) + system_text(None, PromptSettings(page="lines"))
    assert not any(word in told for word in ("scroll", "hover", '"back"', '"wait"'))
    assert system_text(None, FULL).startswith(system_text(None, PAPER)[:100])


@pytest.mark.parametrize("dialect", ["xgrammar", "llguidance"])
@pytest.mark.parametrize("lines", [False, True])
def test_a_grammar_of_the_paper_offers_no_more(dialect, lines: bool) -> None:
    legal = legal_actions(PAGE, None, input_action=False)
    more = legal_actions(PAGE, None, input_action=False, actions="full")
    if lines:
        legal, more = (one.by_handles(HANDLES, end="") for one in (legal, more))
    for word in ("scroll", "hover", "wait"):
        assert word not in grammar(legal, dialect)
        assert word in grammar(more, dialect)


ANSWERS = {
    "scroll down": Scroll(direction="down"),
    "scroll up": Scroll(direction="up"),
    "scroll to button 1": Scroll("top.menu"),
    "hover over button 1": Hover("top.menu"),
    "go back": Back(),
    "wait": Wait(),
}


@pytest.mark.parametrize("line", ANSWERS)
def test_lines_say_them_in_words(line: str) -> None:
    assert read_answer(line, HANDLES) == ANSWERS[line]
    assert write_answer(ANSWERS[line], HANDLES) == line


def test_what_a_page_of_lines_does_not_show_is_told_and_not_answered() -> None:
    assert write_answer(Hover("far.off"), HANDLES) is None
    assert told_answer(Hover("far.off")) == "hover over (off)"
    assert told_answer(Scroll("far.off")) == "scroll to (off)"
    with pytest.raises(ActionError):
        read_answer("hover over button 7", HANDLES)


def test_a_handle_that_looks_like_an_answer_is_the_handle() -> None:
    """Handles come first: whatever a shop calls its lists."""
    assert read_answer("scroll to 1", {"group.x": "scroll to 1"}) == Click("group.x")


@pytest.mark.slow
@pytest.mark.parametrize("lines", [False, True])
def test_llguidance_takes_the_grammar(lines: bool) -> None:
    llguidance = pytest.importorskip("llguidance")
    more = legal_actions(PAGE, None, input_action=True, actions="full")
    if lines:
        more = more.by_handles(HANDLES, end="")
    text = llguidance.LLMatcher.grammar_from_lark(grammar(more, "llguidance"))
    assert llguidance.LLMatcher.validate_grammar(text) == ""
