"""``shopper observe --tokens``: what a visit of pages like one costs, by policy."""

from __future__ import annotations

import click
import msgspec

from agent.policies.price import Price
from agent.policies.visit_cost import STEPS, visit_costs
from agent.prompts.prompt import PageTokens
from envs.observation import Observation


def say_costs(
    seen: Observation, page_tokens: PageTokens, price: Price | None, as_json: bool
) -> None:
    """A line a policy: the page as it is shown, and a visit of pages like it."""
    costs = visit_costs(seen, page_tokens, price)
    if as_json:
        click.echo(msgspec.json.encode(costs))
        return
    for told in costs:
        read, cached = told.cost.prompt_tokens, told.cost.cached_tokens
        if told.problem is not None:
            click.echo(f"{told.policy}: {told.problem}")
            continue
        paid = "" if told.dollars is None else f", ${told.dollars:.4f}"
        click.echo(
            f"{told.policy}: {told.shown:,} of {told.whole:,} tokens of the page; a visit of "
            f"{STEPS} such pages reads {read:,} tokens ({cached / read:.0%} of them as before) and "
            f"writes about {told.cost.generated_tokens:,}{paid}"
        )
