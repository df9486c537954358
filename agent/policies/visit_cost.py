"""What a visit of pages like one reads, by policy: tokens, how many of them a cache may know, and
dollars.

An account of the prompts themselves, as they are built for acting; no model is loaded. What is
written is taken to be `WRITTEN` tokens a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import msgspec

from agent.models.embedded import find_embedded
from agent.models.shipped import DEFAULT, adapter_folder
from agent.models.trained import read_trained
from agent.policies.local.embedded import BASE
from agent.policies.options import Options, with_examples
from agent.policies.price import Price, dollars
from agent.policies.remote.api_policy import WINDOW
from agent.policies.remote.chat_messages import (
    EstimatedTokens,
    count_tokens,
    shown_pages,
    system_text,
    turns,
)
from agent.prompts.context_window import ContextTooSmall, PromptBuilder
from agent.prompts.page_budget import with_page_tokens, with_usual_budget
from agent.prompts.prompt import PageTokens, PromptSettings
from agent.prompts.shown_page import ShownPages
from agent.prompts.tokenizer import Tokenizer
from agent.sessions.session import Cost, Result, Session, Step
from envs.actions import Click
from envs.observation import Observation

STEPS = 8
"""Of a visit."""
WRITTEN = 60
"""Tokens of a thought and an action."""
ELSEWHERE = "a model elsewhere"
THOUGHT = "This looks like what I came for, so I look at it more closely before I decide."


class VisitCost(msgspec.Struct, frozen=True, kw_only=True):
    """`whole` and `shown` are tokens of the page in HTML and as the policy is shown it; `cost` that
    of a visit of `STEPS` pages like it, `dollars` at a price; None where none is known. `problem`:
    why the policy cannot be shown such pages."""

    policy: str
    whole: int
    shown: int
    cost: Cost
    dollars: float | None = None
    problem: str | None = None


def visit_costs(
    seen: Observation, page_tokens: PageTokens = None, price: Price | None = None
) -> list[VisitCost]:
    """By policy: the embedded model's, where its tokenizer is here, and a model elsewhere, whose
    tokens are estimated on the high side; `price` is that of the latter."""
    asked = PromptSettings(page_tokens=page_tokens)
    embedded = find_embedded()
    costs = []
    if embedded is not None:
        tokenizer = embedded.tokenizer()
        for name in (DEFAULT, BASE):
            settings = _settings(name, asked, embedded.facts.window)
            costs.append(_here(name, settings, tokenizer, seen))
    return [*costs, _elsewhere(asked, seen, price)]


def cost_elsewhere(seen: Observation) -> Cost:
    """What a visit of pages like this one takes of a model elsewhere."""
    return _elsewhere(PromptSettings(), seen, None).cost


def _settings(name: str, asked: PromptSettings, window: int) -> PromptSettings:
    """What an embedded policy is shown."""
    folder = adapter_folder(name)
    trained = None if folder is None else read_trained(folder)
    if trained is not None:
        return with_page_tokens(trained.prompt, asked)
    shown = with_usual_budget(asked, window)
    shown = msgspec.structs.replace(shown, window=min(shown.window, window))
    return with_examples(Options(prompt=shown)).prompt


def _here(
    name: str, settings: PromptSettings, tokenizer: Tokenizer, seen: Observation
) -> VisitCost:
    builder = PromptBuilder(tokenizer, settings)
    visit = _visit(seen)
    page = ShownPages(tokenizer, settings).page(_until(visit, 0), 0, seen)
    whole, shown = tokenizer.count(seen.html), tokenizer.count(page.text)
    try:
        prompts = [builder.prompt_for(_until(visit, k), seen).ids for k in range(STEPS)]
    except ContextTooSmall as error:
        return VisitCost(policy=name, whole=whole, shown=shown, cost=Cost(), problem=str(error))
    return VisitCost(
        policy=name,
        whole=whole,
        shown=shown,
        cost=_cost([len(ids) for ids in prompts], [*map(_shared, prompts, prompts[1:])]),
    )


def _elsewhere(asked: PromptSettings, seen: Observation, price: Price | None) -> VisitCost:
    settings = with_usual_budget(msgspec.structs.replace(asked, window=WINDOW), WINDOW)
    pages, visit = shown_pages(settings), _visit(seen)
    system = system_text(visit, settings)
    texts = [
        [system, *(turn.text for turn in turns(_until(visit, k), seen, settings, pages))]
        for k in range(STEPS)
    ]
    sizes = [[count_tokens(text) for text in prompt] for prompt in texts]
    known = [
        sum(sizes[k][: _shared(prompt, following)])
        for k, (prompt, following) in enumerate(pairwise(texts))
    ]
    cost = _cost([*map(sum, sizes)], known)
    return VisitCost(
        policy=ELSEWHERE,
        whole=count_tokens(seen.html),
        shown=EstimatedTokens().count(pages.page(_until(visit, 0), 0, seen).text),
        cost=cost,
        dollars=None if price is None else dollars(cost, price),
    )


def _cost(read: Sequence[int], known: Sequence[int]) -> Cost:
    return Cost(
        prompt_tokens=sum(read), cached_tokens=sum(known), generated_tokens=WRITTEN * len(read)
    )


def _shared(one: Sequence[object], following: Sequence[object]) -> int:
    """How much of the beginning two prompts share."""
    count = 0
    for a, b in zip(one, following, strict=False):
        if a != b:
            break
        count += 1
    return count


def _visit(seen: Observation) -> Session:
    """A visit in which something is clicked on one page like this after the other."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    name = seen.names[0].name if seen.names else "link"
    steps = tuple(
        Step(
            index=k,
            timestamp=now,
            url=f"{seen.url}?{k}",
            title=seen.title,
            context=seen.html,
            reasoning=THOUGHT,
            action=Click(name),
            result=Result(ok=True),
            names=seen.names,
        )
        for k in range(STEPS)
    )
    return Session(
        session_id="cost", user_id="", site="", started_at=now, source="estimate", steps=steps
    )


def _until(visit: Session, k: int) -> Session:
    return msgspec.structs.replace(visit, steps=visit.steps[:k])
