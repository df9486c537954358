"""Synthetic shoppers scroll as people do, and otherwise do what they would have done."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from random import Random

import msgspec

from agent.policies.synthetic import SyntheticPolicy, choices_at
from agent.sessions.session import Result, Session, Step
from agent.shoppers.looking import SCROLLS_PER_ACTION, looks_further
from envs.actions import Action, Click, Scroll, TypeAndSubmit
from envs.observation import Box, Element, Observation, Viewport

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOWN = Scroll(direction="down")
FIELD = Element("nav.search", "searchbox", "search", Box(x=0, y=0, width=90, height=20))
FAR = Element("results.red_mug", "link", "product", Box(x=0, y=2000, width=90, height=20))
LONG = Observation(
    "http://shop.test/",
    "Shop",
    '<input name="nav.search" type="search"><a name="results.red_mug">Red mug $9</a>',
    (FIELD, FAR),
)
SHORT = msgspec.structs.replace(LONG, names=(FIELD,))
EMPTY = Session(
    session_id="s", user_id="u", site="x", started_at=NOW, source="live", seed=3, intent="a red mug"
)


def after(session: Session, action: Action, depth: float | None = None, ok: bool = True) -> Session:
    return session.with_step(
        Step(
            index=len(session.steps),
            timestamp=NOW,
            url=LONG.url,
            context=LONG.html,
            action=action,
            names=LONG.names,
            result=Result(ok=ok),
            viewport=Viewport(width=1280, height=720, depth=depth),
        )
    )


def test_a_page_without_an_end_is_scrolled_as_often_as_people_do() -> None:
    rng, scrolls, pages = Random(1), 0, 4000
    for _ in range(pages):
        session = EMPTY
        while looks_further(session, LONG, rng) is not None:
            scrolls += 1
            session = after(EMPTY, DOWN, 0.5)
    assert abs(scrolls / pages - SCROLLS_PER_ACTION) < 0.2


def test_nobody_scrolls_what_has_an_end() -> None:
    for seed in range(200):
        assert looks_further(EMPTY, SHORT, Random(seed)) is None
        assert looks_further(after(EMPTY, DOWN, 1.0), LONG, Random(seed)) is None
        assert looks_further(after(EMPTY, DOWN, 0.4, ok=False), LONG, Random(seed)) is None


def decided(policy: SyntheticPolicy, session: Session) -> Action:
    action = asyncio.run(policy.decide(session, LONG)).action
    assert action is not None
    return action


def test_what_is_done_is_what_would_have_been_done_without() -> None:
    paper, full = SyntheticPolicy(), SyntheticPolicy(actions="full")
    scrolled = 0
    for seed in range(40):
        session = msgspec.structs.replace(EMPTY, seed=seed)
        plain = decided(paper, session)
        assert not isinstance(plain, Scroll)
        while isinstance(found := decided(full, session), Scroll):
            scrolled += 1
            session = after(session, found, 0.5)
        assert found == plain
        assert decided(paper, session) == plain
    assert scrolled > 40


def test_what_else_might_have_been_done_is_known_behind_scrolls_too() -> None:
    plain = after(EMPTY, TypeAndSubmit(FIELD.name, "red mug"))
    plain = msgspec.structs.replace(
        plain, steps=(msgspec.structs.replace(plain.steps[0], kind="search"),)
    )
    scrolled = plain
    for _ in range(5):
        scrolled = after(scrolled, DOWN, 0.5)
    decision = asyncio.run(SyntheticPolicy().decide(scrolled, LONG))
    assert decision.action is not None and decision.oracle is not None

    def shares(session: Session) -> dict[Action, float] | None:
        last = after(session, decision.action or DOWN).steps[-1]
        last = msgspec.structs.replace(last, oracle=decision.oracle)
        return choices_at(session.with_step(last), len(session.steps))

    assert shares(plain) is not None and shares(scrolled) == shares(plain)


def test_the_default_says_nothing_of_actions() -> None:
    assert "actions" not in SyntheticPolicy().settings
    assert SyntheticPolicy(actions="full").settings["actions"] == "full"
    assert decided(SyntheticPolicy(), after(EMPTY, Click("results.red_mug"))) is not None
