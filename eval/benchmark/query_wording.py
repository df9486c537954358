"""How a policy words a search, against how people worded it for the same goal.

Measured on instructions that people wrote and the queries that people typed for them (princeton-nlp
WebShop, MIT, not part of this project). They typed into a shop with another catalogue, from a
written instruction rather than a wish of their own, so this shows wording, not what people look
for. Knows policies by their protocol.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np

from agent.policies.policy import Policy
from agent.sessions.session import Session, Step
from envs.actions import TypeAndSubmit, Typing
from envs.observation import Element, Observation
from eval.stats.similarity import chrf, fold

AT_ONCE = 8
FIELD = "header.search.search_input"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HOME = (
    f'<form name="header.search"><input type="search" name="{FIELD}" placeholder="Search"></form>'
)
_NOTHING = f"{_HOME}<main><h1>No results</h1><p>Nothing matches your search.</p></main>"
_NAMES = (Element(name=FIELD, role="searchbox", kind="search"),)


class QueryWording(msgspec.Struct, frozen=True, kw_only=True):
    """A policy's queries beside people's. `asked` goals, of which `searched` got a query; exact
    match and chrF are with the nearest of the people's queries for the goal; lengths in words;
    `foreign` is the share of words that the goal does not have."""

    asked: int
    searched: int
    exact: float | None
    chrf: float | None
    words: float | None
    people_words: float
    foreign: float | None
    people_foreign: float


async def first_searches(policy: Policy, goals: Sequence[str]) -> list[str | None]:
    """What the policy types for each goal on a shop's first page; None when it does not search."""
    return await _together(policy, dict.fromkeys(goals, ()))


async def revised_searches(policy: Policy, goals: Mapping[str, Sequence[str]]) -> list[str | None]:
    """What the policy types when a person's first query for the goal found nothing."""
    return await _together(policy, {goal: queries[:1] for goal, queries in goals.items()})


async def _together(policy: Policy, goals: Mapping[str, Sequence[str]]) -> list[str | None]:
    """Every goal with the queries made before, a few at a time so that a policy can batch them."""
    free = asyncio.Semaphore(AT_ONCE)

    async def ask(goal: str) -> str | None:
        async with free:
            return await _ask(policy, goal, goals[goal])

    return await asyncio.gather(*(ask(goal) for goal in goals))


async def _ask(policy: Policy, goal: str, before: Sequence[str]) -> str | None:
    session = Session(
        session_id=f"goal {goal}",
        user_id="goal",
        site="shop.example",
        started_at=_EPOCH,
        source="goal",
        intent=goal,
        steps=tuple(_search(i, text) for i, text in enumerate(before)),
    )
    page = _NOTHING if before else _HOME
    seen = Observation(url="https://shop.example/", title="Shop", html=page, names=_NAMES)
    decision = await policy.decide(session, seen)
    await policy.forget(session.session_id)
    return decision.action.text if isinstance(decision.action, Typing) else None


def _search(index: int, text: str) -> Step:
    return Step(
        index=index,
        timestamp=_EPOCH,
        url="https://shop.example/",
        title="Shop",
        context=_HOME,
        action=TypeAndSubmit(FIELD, text),
        kind="search",
        names=_NAMES,
    )


def wording(
    goals: Sequence[str], typed: Sequence[str | None], people: Sequence[Sequence[str]]
) -> QueryWording:
    """Score queries; the three run side by side, at least one goal, each with people's queries."""
    found = [(g, t, p) for g, t, p in zip(goals, typed, people, strict=True) if t is not None]
    theirs = [
        (goal, query) for goal, queries in zip(goals, people, strict=True) for query in queries
    ]
    return QueryWording(
        asked=len(goals),
        searched=len(found),
        exact=_mean([fold(t) in {fold(q) for q in p} for _, t, p in found]),
        chrf=_mean([max(chrf(fold(t), fold(q)) for q in p) for _, t, p in found]),
        words=_mean([len(t.split()) for _, t, _ in found]),
        people_words=float(np.mean([len(query.split()) for _, query in theirs])),
        foreign=_mean([foreign_words(goal, t) for goal, t, _ in found]),
        people_foreign=float(np.mean([foreign_words(*pair) for pair in theirs])),
    )


def foreign_words(goal: str, query: str) -> float:
    """Share of the query's words that the goal does not hold: typos and words of one's own."""
    known = set(fold(goal).replace(",", " ").replace(".", " ").split())
    words = fold(query).split()
    return sum(word not in known for word in words) / len(words) if words else 0.0


def _mean(values: Sequence[float | bool]) -> float | None:
    return float(np.mean(values)) if values else None
