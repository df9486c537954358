"""What a step of the embedded policies takes on real pages: the second table of `bench.policy`.

A visit looks at one saved page after another, decides on each as in a run, and goes on to the next
whatever it decided: what is measured is reading and writing, not shopping. How much of a prompt
stood in the one before is what the engine says it knew.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import NamedTuple

from rich.table import Table

from agent.models.embedded import find_embedded
from agent.policies import load
from agent.policies.options import Options
from agent.prompts.prompt import PageTokens, PromptSettings
from agent.sessions.session import Result, Session, Step
from envs.actions import Action, Terminate
from envs.observation import Observation

WAYS: tuple[tuple[str, PageTokens], ...] = (
    ("smollm2", None),
    ("smollm2", 1024),
    ("smollm2-base", 1024),
    ("smollm2-base", 2048),
)
"""Policies, and the tokens that each page is folded to; None for what is usual."""
VISIT = 3
"""Pages of a visit."""


class Look(NamedTuple):
    """One decision: which of its visit, tokens of the page in HTML and of the whole prompt, those
    known from before, those written, and seconds."""

    number: int
    page: int
    prompt: int
    known: int
    written: int
    seconds: float


async def measure_pages(pages: Sequence[Observation]) -> Table:
    """Medians by policy and budget, of the first page of a visit and of those after it."""
    heads = ("policy", "page tokens", "page", "", "prompt", "known", "written", "seconds")
    table = Table(*heads, title=f"{len(pages)} real pages, {VISIT} a visit, medians")
    for name, tokens in WAYS:
        looks = await visits(name, tokens, pages)
        for when, some in (
            ("first", [look for look in looks if look.number == 0]),
            ("later", [look for look in looks if look.number > 0]),
        ):
            if some:
                known = median(look.known / max(1, look.prompt) for look in some)
                page, prompt, written = (
                    f"{median(getattr(look, what) for look in some):,.0f}"
                    for what in ("page", "prompt", "written")
                )
                seconds = f"{median(look.seconds for look in some):.2f}"
                budget = "usual" if tokens is None else f"{tokens:,}"
                table.add_row(name, budget, page, when, prompt, f"{known:.0%}", written, seconds)
    return table


async def visits(name: str, tokens: PageTokens, pages: Sequence[Observation]) -> list[Look]:
    """All pages, `VISIT` a visit, with a policy loaded for it."""
    embedded = find_embedded()
    assert embedded is not None
    count = embedded.tokenizer().count
    options = Options(greedy=True, prompt=PromptSettings(page_tokens=tokens))
    policy = await load(name, options)
    looks: list[Look] = []
    try:
        for start in range(0, len(pages), VISIT):
            session = _visit(start)
            for number, seen in enumerate(pages[start : start + VISIT]):
                began = time.perf_counter()
                decision = await policy.decide(session, seen)
                seconds = time.perf_counter() - began
                cost = decision.cost
                looks.append(
                    Look(
                        *(number, count(seen.html), cost.prompt_tokens, cost.cached_tokens),
                        *(cost.generated_tokens, seconds),
                    )
                )
                session = session.with_step(
                    _step(number, seen, decision.reasoning, decision.action)
                )
            await policy.forget(session.session_id)
    finally:
        await policy.close()
    return looks


def _visit(start: int) -> Session:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Session(
        session_id=f"bench-{start}",
        user_id="bench",
        site="bench",
        started_at=now,
        source="bench",
        intent="something that the page sells",
    )


def _step(number: int, seen: Observation, reasoning: str | None, action: Action | None) -> Step:
    return Step(
        index=number,
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        url=seen.url,
        title=seen.title,
        context=seen.html,
        reasoning=reasoning,
        action=action or Terminate(),
        result=Result(ok=True),
        names=seen.names,
    )
