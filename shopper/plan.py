"""What a run is asked for, as data: its sides, customers, window and budget.

Everything that is wrong is a ValueError with a sentence, whether it was typed or passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.personas.personas import Customer, as_customers, cast, load_personas, sample_personas
from agent.personas.shop_intents import intents_in, with_intents
from agent.policies.budget import Budget
from agent.policies.price import Price, parse_price
from agent.policies.registry import is_synthetic
from agent.runs.config import See
from agent.runs.login_script import log_in_or_show
from agent.sessions.session import Persona
from envs.access import OPEN, Access
from envs.actions import ActionSet
from envs.gateway import SiteRules
from envs.open_page import open_page
from envs.shop import variant_named

FROM_SHOP = "from-shop"
"""In place of an intent: what the site itself says that it sells."""

Person = Customer | Persona | tuple[Persona, str | None]
"""A customer, or who they are and, in a pair, what they came for."""


class PlanError(ValueError):
    """Options that do not go together; the message says which, and what to do."""


def check_looking(actions: ActionSet, see: See, policy: str = "") -> None:
    """
    Raises:
        PlanError: what lies outside of the window could not be reached, or `policy` reads whole
            pages only.
    """
    if see == "window" and is_synthetic(policy):
        raise PlanError(
            f"{policy}: its shoppers read whole pages; leave out --see window, or take another "
            "--policy"
        )
    if see == "window" and actions != "full":
        raise PlanError(
            "--see window needs --actions full: without scrolling nobody would get any further"
        )


def price_from(price: str | None) -> Price | None:
    """What tokens cost, where that is told."""
    return None if price is None else parse_price(price)


def budget_from(max_tokens: int | None, max_cost: float | None, price: str | None) -> Budget | None:
    """What the run may spend; None is no bound."""
    prices = price_from(price)
    if max_cost is not None and prices is None:
        raise PlanError(
            "--max-cost needs --price with the dollars for a million tokens, in and out: 3,15"
        )
    if max_tokens is None and max_cost is None:
        return None
    return Budget(tokens=max_tokens, cost=max_cost, price=prices)


def sides_of(
    urls: Sequence[str], variant: str, allow: Sequence[str]
) -> list[tuple[str | None, str]]:
    """Address and variant of the one or two sides that are asked for."""
    variants = [name.strip() for name in variant.split(",")]
    if len(urls) > 2 or len(variants) > 2:
        raise PlanError("at most two sides are compared: name two URLs or two variants")
    if urls and variants != ["default"]:
        raise PlanError("--variant is of the embedded shop: leave out the URL")
    names = [variant_named(name).name for name in variants]
    if urls:
        return [(SiteRules.for_start(url, tuple(allow)).start, "default") for url in urls]
    return [(None, name) for name in names]


def hosts(allow: Sequence[str] | str) -> tuple[str, ...]:
    """Hosts that may be reached besides; a string is one host, not a sequence of letters."""
    return (allow,) if isinstance(allow, str) else tuple(allow)


def patterns(names: Sequence[str] | str) -> tuple[str, ...]:
    """Patterns of names; a string is one of them, not a sequence of letters."""
    return (names,) if isinstance(names, str) else tuple(names)


def one_side_of(url: str | None, variant: str, allow: Sequence[str]) -> tuple[str | None, str]:
    """As `sides_of`, where there is one."""
    sides = sides_of([] if url is None else [url], variant, allow)
    if len(sides) != 1:
        raise PlanError(f"name one variant of the embedded shop, not {variant}")
    return sides[0]


async def people_at(
    start: str | None,
    who: int | Iterable[Person],
    *,
    policy: str,
    allow: Sequence[str] = (),
    personas: Path | str | None = None,
    seed: int = 0,
    intent: str | None = None,
    access: Access = OPEN,
) -> tuple[Customer, ...]:
    """As `people_told`, and with `FROM_SHOP` as their intent each wants something that the first
    page of `start` names.

    Raises:
        PlanError: as `people_told` and `wanting` say.
        EnvError: the page could not be looked at.
    """
    found = people_told(start, who, policy=policy, personas=personas, seed=seed, intent=intent)
    return found if intent != FROM_SHOP else await wanting(found, start, allow, access)


def people_told(
    start: str | None,
    who: int | Iterable[Person],
    *,
    policy: str,
    personas: Path | str | None = None,
    seed: int = 0,
    intent: str | None = None,
) -> tuple[Customer, ...]:
    """As `people`, for customers who come to `start`, a site or None for the embedded shop.

    Raises:
        PlanError: nobody says what synthetic customers want on a site of which they know nothing.
    """
    nobody_says = isinstance(who, int) and personas is None and intent is None
    if start is not None and nobody_says and is_synthetic(policy):
        raise PlanError(
            "synthetic customers want what the embedded shop sells: say what they come for with "
            f"--intent 'a ...', --intent {FROM_SHOP} or --personas FILE"
        )
    said = None if intent == FROM_SHOP else intent
    return people(who, personas=personas, seed=seed, intent=said)


async def wanting(
    customers: tuple[Customer, ...],
    start: str | None,
    allow: Sequence[str],
    access: Access = OPEN,
) -> tuple[Customer, ...]:
    """The same customers, each wanting something that the first page of `start` names; in the
    embedded shop what they wanted anyway.

    Raises:
        PlanError: the page names nothing to want.
        EnvError: the page could not be looked at.
    """
    if start is None:
        return customers
    async with open_page(start, allow=allow, access=access, log_in=log_in_or_show) as look:
        intents = intents_in(await look())
    if not intents:
        raise PlanError(
            f"the first page of {start} names nothing to buy: say what customers come for with "
            "--intent 'a ...'"
        )
    return with_intents(customers, intents)


def people(
    who: int | Iterable[Person],
    *,
    personas: Path | str | None = None,
    seed: int = 0,
    intent: str | None = None,
) -> tuple[Customer, ...]:
    """The customers of a run: so many, drawn from a personas file or the samples, or these."""
    if not isinstance(who, int):
        if personas is not None:
            raise PlanError("name a personas file, or the customers themselves, not both")
        return tuple(as_customers(who, seed, intent))
    if who < 1:
        raise PlanError(f"a run needs at least one customer, not {who}")
    known = sample_personas() if personas is None else load_personas(Path(personas))
    return tuple(cast(known, who, seed, intent))
