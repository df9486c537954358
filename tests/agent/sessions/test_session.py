"""The data model reads what it writes and names the field that is wrong."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.session import RecordError, Session, Step, decode_session, encode
from envs.actions import (
    Action,
    ActionError,
    Click,
    Input,
    Terminate,
    TypeAndSubmit,
    encode_action,
    parse_action,
)
from envs.observation import Element, Observation

names = st.text(min_size=1)
actions = st.one_of(
    st.builds(Click, names),
    st.builds(TypeAndSubmit, names, st.text()),
    st.builds(Input, names, st.text()),
    st.just(Terminate()),
)


def a_session(*steps: Action) -> Session:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    session = Session(session_id="s", user_id="u", site="shop", started_at=now, source="live")
    for index, action in enumerate(steps):
        session = session.with_step(
            Step(index=index, timestamp=now, url="http://x/", context="<p>é</p>", action=action)
        )
    return session


@given(actions)
def test_an_action_survives_its_json(action: Action) -> None:
    assert parse_action(encode_action(action)) == action


def test_action_json_is_compact_with_the_type_first() -> None:
    text = encode_action(TypeAndSubmit("nav.search", "tee"))
    assert text == '{"type":"type_and_submit","name":"nav.search","text":"tee"}'


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"type":"clack","name":"x"}', "$.type"),
        ('{"type":"click"}', "name"),
        ('{"type":"click","name":3}', "$.name"),
        ('{"type":"terminate","name":"x"}', "name"),
        ("nonsense", "malformed"),
        (b'\xff{"type":"terminate"}', ""),
    ],
)
def test_a_wrong_action_names_its_field(text: str | bytes, field: str) -> None:
    with pytest.raises(ActionError, match="not an action") as caught:
        parse_action(text)
    assert field in str(caught.value)


@given(st.lists(actions, max_size=4))
def test_a_session_survives_its_json(steps: list[Action]) -> None:
    session = a_session(*steps).with_end("terminate")
    assert decode_session(encode(session)) == session


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b'"click"', b'"clack"', "$.steps[1].action.type"),
        (b'"index":1', b'"index":-1', "$.steps[1].index"),
        (b'"source"', b'"sauce"', "sauce"),
        (b"2026-01-02T03:04:05Z", b"2026-01-02T03:04:05", "$.started_at"),
    ],
)
def test_a_wrong_session_names_its_field(old: bytes, new: bytes, path: str) -> None:
    data = encode(a_session(Terminate(), Click("x"))).replace(old, new, 1)
    with pytest.raises(RecordError) as caught:
        decode_session(data)
    assert path in str(caught.value)


def test_legality_follows_names_and_roles() -> None:
    page = Observation(
        url="u", title="t", html="", names=(Element("q", "searchbox"), Element("go", "button"))
    )
    assert page.illegal(TypeAndSubmit("q", "tee")) is None
    assert page.illegal(Terminate()) is None
    assert "not a text field" in (page.illegal(Input("go", "x")) or "")
    assert "no element is named 'gone'" in (page.illegal(Click("gone")) or "")
