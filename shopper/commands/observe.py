"""``shopper observe``: what a customer would see of one page, live or saved."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import get_args

import click
import msgspec

from agent.policies.price import BudgetError, Price, parse_price
from agent.prompts.prompt import PageTokens
from agent.runs.config import See
from agent.runs.login_script import log_in_or_show
from envs.access import Access
from envs.observation import Observation
from envs.open_page import is_address, open_page
from shopper.access import AccessAsked, read_access
from shopper.commands._access_options import SECTION, access_options
from shopper.commands._page_tokens import page_tokens_option
from shopper.failure import Failure
from shopper.help import Command, option


class Timed(msgspec.Struct, frozen=True):
    """An observation and how long the client waited for it: the median of the repetitions."""

    observation: Observation
    ms: float


@click.command(
    cls=Command,
    sections={
        "What is printed": "json viewport see repeat tokens page-tokens price",
        "Where": "allow",
        "Getting in": SECTION,
    },
)
@click.argument("page")
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@option("--viewport", is_flag=True, help="The same as --see window.")
@option(
    "--see",
    type=click.Choice(get_args(See)),
    default="page",
    show_default=True,
    help="The whole page, or what is in the window.",
)
@option(
    "--repeat",
    type=click.IntRange(1, 1000),
    default=1,
    help="Observe so many times; `ms` is the median.",
)
@option(
    "--tokens", is_flag=True, help="Instead, what a visit of such pages costs, by policy: tokens."
)
@page_tokens_option
@option(
    "--price",
    metavar="IN,OUT[,CACHED]",
    help="With --tokens: dollars for a million tokens of a model elsewhere, e.g. 3,15,0.3.",
)
@option("--allow", multiple=True, metavar="HOST", help="Also reach this host; repeatable.")
@access_options
def command(
    page: str,
    as_json: bool,
    viewport: bool,
    see: See,
    repeat: int,
    tokens: bool,
    page_tokens: PageTokens,
    price: str | None,
    allow: tuple[str, ...],
    access: AccessAsked,
) -> None:
    """Print the simplified HTML of PAGE: an address, or a saved page (.html or .html.gz).

    A saved page is opened offline and with its scripts off.
    """
    if not tokens and (price is not None or page_tokens is not None):
        raise Failure("--price and --page-tokens go with --tokens", exit_code=2)
    paid = _price(price)
    brought = read_access(access, [page if is_address(page) else None])
    timed = asyncio.run(_observe(page, viewport or see == "window", repeat, allow, brought))
    if tokens:
        from shopper.commands._visit_costs import say_costs  # policies take a second to import

        return say_costs(timed.observation, page_tokens, paid, as_json)
    click.echo(as_text(timed) if as_json else timed.observation.html)


def _price(text: str | None) -> Price | None:
    try:
        return None if text is None else parse_price(text)
    except BudgetError as error:
        raise Failure(str(error), exit_code=2) from error


def as_text(timed: Timed) -> str:
    """The object of ``--json``, on one line."""
    seen = timed.observation
    fields = {
        "url": seen.url,
        "title": seen.title,
        "html": seen.html,
        "names": seen.names,
        "elements": seen.elements,
        "ms": round(timed.ms, 2),
    }
    return msgspec.json.encode(fields).decode()


async def _observe(
    page: str, viewport: bool, repeat: int, allow: tuple[str, ...], access: Access
) -> Timed:
    """Look `repeat` times; an address is looked at once before, as opening it does."""
    spent: list[float] = []
    async with open_page(
        page, viewport=viewport, allow=allow, access=access, log_in=log_in_or_show
    ) as look:
        seen = await look() if is_address(page) else None
        for _ in range(repeat):
            began = time.perf_counter()
            again = await look()
            spent.append((time.perf_counter() - began) * 1000)
            seen = seen or again
    assert seen is not None
    return Timed(seen, statistics.median(spent))
