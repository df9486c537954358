"""What a model is shown: nothing later, the same words for the same content."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policies.remote.chat_messages import count_tokens
from tests.agent.sessions.strategies import sessions
from tests.trainer.synthesis.visits import visit
from trainer.synthesis.errors import SynthesisError
from trainer.synthesis.examples import ReasoningExample, read_examples
from trainer.synthesis.prompt import (
    PromptWording,
    ask_again,
    build_request,
    content_key,
    read_thought,
    request_tokens,
)

WORDING = PromptWording(read_examples())


def test_a_request_shows_the_session_so_far_the_action_and_examples() -> None:
    request = build_request(visit(), 1, WORDING)
    [turn] = request.turns
    assert len(turn.before) == 2
    assert turn.before[1].endswith(
        'The action: {"type":"click","name":"results.red_mug.view_product"}'
    )
    assert "step 2" in turn.text
    assert "A potter." in request.system
    assert "a mug" in request.system
    assert WORDING.examples[0].thought in request.system


@pytest.mark.slow
@given(sessions().filter(lambda s: len(s.steps) > 1), st.data())
def test_later_steps_change_nothing(session: msgspec.Struct, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(session.steps) - 2))
    cut = msgspec.structs.replace(session, steps=session.steps[: index + 1], end="purchase")
    assert build_request(session, index, WORDING) == build_request(cut, index, WORDING)


def test_earlier_thoughts_are_not_shown() -> None:
    session = visit()
    told = msgspec.structs.replace(session.steps[0], reasoning="SECRET")
    session = msgspec.structs.replace(session, steps=(told, *session.steps[1:]))
    assert "SECRET" not in repr(build_request(session, 2, WORDING))


def test_equal_questions_have_equal_keys_and_others_do_not() -> None:
    def key(model: str, session_id: str, index: int, **changed: str) -> str:
        return content_key(model, build_request(visit(session_id, **changed), index, WORDING))

    assert key("m", "a", 1) == key("m", "b", 1)
    assert key("m", "a", 1, later="x") == key("m", "a", 1)
    different = {
        key("m", "a", 1), key("n", "a", 1), key("m", "a", 0), key("m", "a", 2),
        key("m", "a", 2, later="x"), key("m", "a", 1, intent="a cup"),
        content_key("m", build_request(visit(), 1, PromptWording((ReasoningExample("p", "{}", "t"),)))),
    }  # fmt: skip
    assert len(different) == 7


def test_old_pages_are_dropped_first_and_their_actions_kept() -> None:
    session = visit()
    big = tuple(
        msgspec.structs.replace(step, context=f"<p>{i}</p>" + "<p>filler</p>" * 500)
        for i, step in enumerate(session.steps)
    )
    session = msgspec.structs.replace(session, steps=big)
    request = build_request(session, 2, PromptWording(WORDING.examples, window=7_000))
    [turn] = request.turns
    assert "(an earlier page)" in turn.before[0]
    assert "type_and_submit" in turn.before[0]
    assert "<p>2</p>" in turn.before[2]
    total, shared = request_tokens(request)
    assert total <= 7_000
    assert 0 < shared < total


@given(st.text())
def test_any_answer_is_read_as_one_line(text: str) -> None:
    thought = read_thought(text)
    assert "\n" not in thought
    assert count_tokens(thought) <= count_tokens(text) or "{" in text


@pytest.mark.parametrize(
    ("text", "thought"),
    [
        ('{"thought":"I like it."}', "I like it."),
        ('Sure:\n```json\n{"thought": "I\\nlike it."}\n```', "I like it."),
        ("I like it.\n", "I like it."),
        ('{"thought":null}', ""),
        ('{"idea":"x"}', ""),
        ("{oops}", "{oops}"),
    ],
)
def test_thoughts_are_found_in_answers(text: str, thought: str) -> None:
    assert read_thought(text) == thought


def test_a_rejected_answer_is_shown_with_what_was_wrong() -> None:
    again = ask_again(build_request(visit(), 0, WORDING), "", "there is no thought in it")
    assert [turn.role for turn in again.turns] == ["user", "assistant", "user"]
    assert again.turns[1].text == "(nothing)"
    assert "there is no thought in it" in again.turns[2].text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("example = 3", "not a file of think-aloud examples"),
        ("[[example]]\npage='x'\naction='{}'\nthought='y'", r"not an action.*example\[0\]\.action"),
        ("[[example]]\npage='x'", "action"),
        ("example = []", "holds no examples"),
        ("[", "not a file of think-aloud examples"),
    ],
)
def test_a_bad_examples_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(SynthesisError, match=complaint):
        read_examples(path)
    with pytest.raises(SynthesisError, match="cannot read the examples"):
        read_examples(tmp_path / "gone.toml")
