"""JSON and TOML nested too deeply are wrong inputs like all others."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable

import msgspec
import pytest

from agent.parsing import TOO_DEEP, from_json, from_toml, no_deeper, plain_json
from agent.policies.remote.chat_messages import read_answer
from agent.sessions.session import RecordError, decode_session
from envs.actions import ActionError, parse_action

DEEP = "[" * 200_000 + "]" * 200_000


@pytest.mark.parametrize(
    ("read", "error"),
    [
        (lambda: from_json(DEEP), msgspec.DecodeError),
        (lambda: from_json(DEEP.encode()), msgspec.DecodeError),
        (lambda: plain_json(DEEP), json.JSONDecodeError),
        (lambda: from_toml("a = " + DEEP), tomllib.TOMLDecodeError),
        (lambda: parse_action('{"type":"click","x":' + DEEP + "}"), ActionError),
        (lambda: decode_session('{"x":' + DEEP + "}"), RecordError),
    ],
)
def test_what_is_nested_too_deeply_is_no_json(
    read: Callable[[], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read()


def test_it_is_said_what_is_wrong() -> None:
    with pytest.raises(msgspec.DecodeError, match=TOO_DEEP):
        from_json(DEEP)


def test_an_answer_of_a_model_may_be_as_deep_as_it_likes() -> None:
    assert read_answer('{"rationale":"x","action":' + DEEP + "}").problem


def test_other_faults_stay_what_they_are() -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected `int`"):
        from_json("[]", int)
    with pytest.raises(RecordError, match="missing required field"):
        decode_session("{}")
    with pytest.raises(ZeroDivisionError), no_deeper():
        print(1 / 0)


def test_what_is_right_is_read() -> None:
    assert from_json('{"a": [1]}') == {"a": [1]}
    assert from_json("3", int) == 3
    assert from_toml("a = 1") == {"a": 1}
    assert plain_json("[1]") == [1]
