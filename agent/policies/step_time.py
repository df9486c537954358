"""How long a policy takes for a step on this machine: measured by letting it decide.

On a made-up page of the size that small models mostly see (docs/performance.md); not how long a
step of a visit takes, to which the browser and other customers add.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec

from agent.policies import load
from agent.policies.options import Options
from agent.policies.policy import PolicyError
from agent.sessions.session import Persona, Session, Step
from envs.observation import Element, Observation

PRODUCTS = 18
STEPS = 2
"""Decided, each on a page of its own; the first also reads what every visit begins with."""


class StepTime(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds until the policy could decide, and for a step, on average over `STEPS`."""

    loading: float
    step: float


async def measure(policy: str) -> StepTime:
    """Load a policy and let it decide.

    Raises:
        PolicyError: it cannot be loaded, or decides nothing.
    """
    started = time.perf_counter()
    loaded = await load(policy, Options(greedy=True))
    ready = time.perf_counter()
    try:
        visit = _visit()
        for number in range(STEPS):
            page = _page(number)
            decision = await loaded.decide(visit, page)
            if decision.action is None:
                raise PolicyError(f"{policy} decided on nothing")
            visit = visit.with_step(
                Step(
                    index=number,
                    timestamp=visit.started_at,
                    url=page.url,
                    title=page.title,
                    context=page.html,
                    reasoning=decision.reasoning,
                    action=decision.action,
                    names=page.names,
                )
            )
        done = time.perf_counter()
    finally:
        await loaded.close()
    return StepTime(loading=ready - started, step=(done - ready) / STEPS)


def _visit() -> Session:
    return Session(
        session_id="step-time",
        user_id="nobody",
        site="shop.test",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        source="measurement",
        persona=Persona(id="nobody", text="A careful reader of labels."),
        intent="I want a brass desk lamp for less than $60.",
        seed=1,
    )


def _page(number: int) -> Observation:
    """A list of products; each `number` gives another."""
    rows, names = [], [Element("header.search", "searchbox", "search")]
    for place in range(PRODUCTS):
        item = f"results.lamp_{number}_{place}"
        names.append(Element(item, "link", "product"))
        rows.append(
            f'<a name="{item}">Desk lamp number {number * PRODUCTS + place} in brass</a>\n'
            f"${20 + place} {3 + place % 20 / 10:.1f} stars ({place * 7})"
        )
    return Observation(
        url=f"http://shop.test/find?page={number}",
        title="Lamps",
        html='<header><input name="header.search" type="search" placeholder="Search"></header>'
        f'<main><h1>Lamps</h1><section name="results">{"".join(rows)}</section></main>',
        names=tuple(names),
    )
