"""What `shopper run` is asked for, as a plan: sides, customers, window.

Turns what is wrong with an option into a sentence.
"""

from __future__ import annotations

from pathlib import Path

from agent.personas.personas import Customer, PersonaError, cast, load_personas, sample_personas
from agent.policies.budget import Budget
from agent.policies.price import BudgetError, parse_price
from envs.browser.browser import ContextOptions
from envs.browser.devices import window_of
from envs.errors import BadOptions
from envs.gateway import SiteError, SiteRules
from envs.shop import UnknownVariant, variant_named
from shopper.fail_if import Condition, ConditionError, parse_condition
from shopper.failure import Failure


def budget_from(max_tokens: int | None, max_cost: float | None, price: str | None) -> Budget | None:
    """What the run may spend; None is no bound."""
    try:
        prices = None if price is None else parse_price(price)
    except BudgetError as error:
        raise Failure(str(error), exit_code=2) from error
    if max_cost is not None and prices is None:
        raise Failure(
            "--max-cost needs --price with the dollars for a million tokens, in and out: 3,15",
            exit_code=2,
        )
    if max_tokens is None and max_cost is None:
        return None
    return Budget(tokens=max_tokens, cost=max_cost, price=prices)


def conditions_from(texts: tuple[str, ...]) -> tuple[Condition, ...]:
    try:
        return tuple(map(parse_condition, texts))
    except ConditionError as error:
        raise Failure(str(error), exit_code=2) from error


def sides_of(
    urls: tuple[str, ...], variant: str, allow: tuple[str, ...]
) -> list[tuple[str | None, str]]:
    """Address and variant of the one or two sides that are asked for."""
    variants = [name.strip() for name in variant.split(",")]
    if len(urls) > 2 or len(variants) > 2:
        raise Failure("at most two sides are compared: name two URLs or two variants", exit_code=2)
    if urls and variants != ["default"]:
        raise Failure("--variant is of the embedded shop: leave out the URL", exit_code=2)
    try:
        names = [variant_named(name).name for name in variants]
    except UnknownVariant as error:
        raise Failure(str(error), exit_code=2) from error
    if urls:
        return [(checked_url(url, allow), "default") for url in urls]
    return [(None, name) for name in names]


def window_from(device: str, locale: str | None, timezone: str | None) -> ContextOptions:
    try:
        return window_of(device, locale, timezone)
    except BadOptions as error:
        raise Failure(str(error), exit_code=2) from error


def checked_url(url: str, allow: tuple[str, ...]) -> str:
    try:
        return SiteRules.for_start(url, allow).start
    except SiteError as error:
        raise Failure(str(error), exit_code=2) from error


def customers_of(path: Path | None, count: int, seed: int, intent: str | None) -> list[Customer]:
    try:
        personas = sample_personas() if path is None else load_personas(path)
    except PersonaError as error:
        raise Failure(str(error), exit_code=2) from error
    return cast(personas, count, seed, intent)
