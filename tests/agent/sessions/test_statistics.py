"""What `data check` counts, on sessions whose figures are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from agent.sessions.jsonl import Row
from agent.sessions.session import Session, Step
from agent.sessions.statistics import Statistics, stands_in
from envs.actions import Action, Click, Input, Terminate, TypeAndSubmit
from envs.observation import Element
from tests.agent.sessions.strategies import data_sets

START = datetime(2026, 1, 1, tzinfo=UTC)
HTML = '<input name="nav.search"><a name="list.mug">Mug</a>'
FIELD, LINK = Element("nav.search", "searchbox", "search"), Element("list.mug", "link", "product")


def step(index: int, action: Action, kind: str = "other", html: str = HTML) -> Step:
    return Step(
        index=index,
        timestamp=START + timedelta(seconds=index),
        url="http://x/",
        context=html,
        action=action,
        kind=kind,
        names=(FIELD, LINK),
        reasoning="Because." if index else None,
    )


def visit(session_id: str, user: str, end: str | None, *steps: Step) -> Session:
    return Session(
        session_id=session_id,
        user_id=user,
        site="x",
        started_at=START,
        source="synthetic",
        steps=steps,
        end=end,
    )


def gather(*sessions: Session) -> Statistics:
    statistics = Statistics(lambda text: len(text) // 2, "halves")
    for number, session in enumerate(sessions, 1):
        statistics.add(Row(session, Path("data.jsonl"), number))
    return statistics


def test_the_figures_of_two_visits() -> None:
    search = TypeAndSubmit("nav.search", "mug")
    summary = gather(
        visit("a", "u", "purchase", step(0, search, "search"), step(1, Click("list.mug"), "buy")),
        visit("b", "u", "terminate", step(0, search, "search"), step(1, search, "search"),
              step(2, Click("gone")), step(3, Terminate(), "leave")),
    ).summary(bad_rows=3)  # fmt: skip
    assert (summary.sessions, summary.users, summary.steps, summary.bad_rows) == (2, 1, 6, 3)
    assert summary.actions == {"type_and_submit": 3, "click": 2, "terminate": 1}
    assert summary.ends == {"purchase": 1, "terminate": 1}
    assert summary.purchase_share == 0.5
    assert summary.reasoning_share == 4 / 6
    assert summary.name_in_context == 4 / 5
    assert summary.steps_per_session is not None
    assert (summary.steps_per_session.mean, summary.steps_per_session.most) == (3, 4)
    assert summary.searches_per_session is not None
    assert summary.searches_per_session.mean == 1.5
    assert summary.context_tokens is not None
    assert round(summary.context_tokens.mean) == len(HTML) // 2
    assert {concern.what for concern in summary.concerns} == {
        "the name acted on is not in the context",
        "the name acted on is not in names",
    }
    assert summary.concerns[0].examples == ("data.jsonl:2 $.steps[2].action.name 'gone'",)


def test_what_looks_wrong_is_said() -> None:
    late = msgspec.structs.replace(visit("c", "u", None, step(0, Terminate(), "leave"),
                                         step(1, Input("list.mug", "2"))),
                                   started_at=START + timedelta(days=1))  # fmt: skip
    bought = visit("b", "u", "purchase", step(0, Click("list.mug"), "cart"))
    summary = gather(visit("a", "u", "limit"), late, bought).summary()
    assert {concern.what: concern.count for concern in summary.concerns} == {
        "a session without steps": 1,
        "the first step is earlier than started_at": 1,
        "steps after the customer left": 1,
        "the visit has no end (killed, still going on, or the log does not say)": 1,
        "the visit ended as a purchase, but its last action is not of kind buy": 1,
        "typing into something that is no text field": 1,
    }


@given(data_sets())
def test_any_sessions_can_be_counted(sessions: list[Session]) -> None:
    summary = gather(*sessions).summary()
    assert summary.sessions == len(sessions)
    assert summary.steps == sum(summary.actions.values()) == sum(summary.kinds.values())
    assert msgspec.json.encode(summary)


def test_nothing_gives_no_figures() -> None:
    summary = gather().summary()
    assert summary.purchase_share is summary.steps_per_session is summary.name_in_context is None


@given(st.text(alphabet="ab\"&<>' ", min_size=1))
def test_a_name_is_found_however_it_is_quoted(name: str) -> None:
    escaped = name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    assert stands_in(name, f'<a name="{escaped}">x</a>')
    assert not stands_in(name, f"<a>{name}</a>")
