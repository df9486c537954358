"""Steps that only look further are folded away for the paper's measures."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Session, Step, decode_session, encode
from envs.actions import Action, Back, Click, Hover, Scroll, Terminate, Wait

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def made(*actions: Action) -> Session:
    steps = tuple(
        Step(index=k, timestamp=NOW, url=f"http://shop.test/{k}", context=f"<p>{k}</p>", action=a)
        for k, a in enumerate(actions)
    )
    return Session(
        session_id="s",
        user_id="u",
        site="shop.test",
        started_at=NOW,
        source="recorded",
        steps=steps,
    )


def test_only_what_looks_further_goes_and_the_rest_is_counted_anew() -> None:
    whole = made(
        Scroll(direction="down"), Click("a"), Hover("b"), Back(), Wait(), Click("c"), Terminate()
    )
    folded = without_browsing(whole)
    assert [s.action for s in folded.steps] == [Click("a"), Click("c"), Terminate()]
    assert [s.index for s in folded.steps] == [0, 1, 2]
    assert [s.url[-1] for s in folded.steps] == ["1", "5", "6"]  # the page it was done on


def test_a_session_of_the_papers_actions_is_itself() -> None:
    whole = made(Click("a"), Terminate())
    assert without_browsing(whole) is whole


def test_logs_keep_them_and_older_logs_are_read_as_before() -> None:
    whole = made(Scroll("a"), Hover("b"), Back(), Wait(), Scroll(direction="up"), Terminate())
    assert decode_session(encode(whole)) == whole
    assert b"depth" not in encode(made(Click("a"), Terminate()))
