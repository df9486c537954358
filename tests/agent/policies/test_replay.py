"""Replay: recorded visits taken again, by id or in order, and where pages diverge."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from agent.policies.policy import PolicyError
from agent.policies.replay import ReplayPolicy
from agent.sessions.log import SessionLog
from agent.sessions.session import Session, Step, encode
from envs.actions import Action, Click, Terminate
from envs.observation import Element, Observation

START = datetime(2026, 1, 1, tzinfo=UTC)


def page(*names: str, html: str = "<p>same</p>") -> Observation:
    elements = tuple(Element(name, "button") for name in names)
    return Observation(url="http://shop/", title="Shop", html=html, names=elements)


def visit(session_id: str, *actions: Action) -> Session:
    steps = tuple(
        Step(
            index=i,
            timestamp=START,
            url="http://shop/",
            context="<p>same</p>",
            action=action,
            reasoning=f"reason {i}",
        )
        for i, action in enumerate(actions)
    )
    return Session(
        session_id=session_id,
        user_id="u",
        site="shop",
        started_at=START,
        source="live",
        steps=steps,
    )


def run_folder(root: Path, *sessions: Session) -> Path:
    for session in sessions:
        with SessionLog(root / "sessions" / f"{session.session_id}.jsonl", session) as log:
            for step in session.steps:
                log.step(step)
            log.end("terminate")
    return root


async def test_a_run_folder_is_replayed_by_session_id(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, visit("a", Click("x")), visit("b", Click("y"), Terminate()))
    policy = ReplayPolicy.read(folder)
    second = await policy.decide(visit("b"), page("x", "y"))
    assert (second.action, second.reasoning) == (Click("y"), "reason 0")
    assert (await policy.decide(visit("a"), page("x", "y"))).action == Click("x")
    assert (await policy.decide(visit("b", Click("y")), page("x"))).action == Terminate()
    assert policy.divergences == {}


async def test_unknown_customers_take_the_recordings_in_order(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    rows = [visit("a", Click("x")), visit("b", Click("y")), visit("c", Click("z"))]
    data.write_bytes(b"\n".join(encode(row) for row in rows))
    policy = ReplayPolicy.read(data)
    seen = page("x", "y", "z")
    assert (await policy.decide(visit("b"), seen)).action == Click("y")
    assert (await policy.decide(visit("new-1"), seen)).action == Click("x")
    assert (await policy.decide(visit("new-2"), seen)).action == Click("z")
    with pytest.raises(PolicyError, match="all are taken"):
        await policy.decide(visit("new-3"), seen)


async def test_after_the_recording_the_customer_leaves(tmp_path: Path) -> None:
    policy = ReplayPolicy.read(run_folder(tmp_path, visit("a", Click("x"))))
    assert (await policy.decide(visit("a", Click("x")), page("x"))).action == Terminate()


async def test_a_page_that_changed_is_noted_and_play_goes_on(tmp_path: Path) -> None:
    policy = ReplayPolicy.read(run_folder(tmp_path, visit("a", Click("x"), Click("y"))))
    decision = await policy.decide(visit("a"), page("x", html="<p>new</p>"))
    assert decision.action == Click("x")
    assert "differed from the recorded one at step 0" in policy.divergences["a"]
    with pytest.raises(PolicyError) as failure:
        await policy.decide(visit("a", Click("x")), page("x", "yy"))
    text = str(failure.value)
    assert "cannot go on at step 1" in text
    assert "'y'" in text
    assert "yy" in text
    assert "differed from the recorded one at step 0" in text


def test_what_cannot_be_replayed_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="No such file"):
        ReplayPolicy.read(tmp_path / "gone")
    (tmp_path / "sessions").mkdir()
    with pytest.raises(PolicyError, match="holds no sessions"):
        ReplayPolicy.read(tmp_path)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(encode(visit("a")) + b"\n" + msgspec.json.encode({"session_id": 3}))
    with pytest.raises(PolicyError, match=r"bad\.jsonl:2: .*session_id"):
        ReplayPolicy.read(bad)
