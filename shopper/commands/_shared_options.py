"""Options that several commands take, declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from envs.shop import LANGUAGES, THEMES, VARIANTS
from shopper.help import option

Command = TypeVar("Command", bound=Callable[..., Any])

not_a_purchase = option(
    "--not-a-purchase",
    "not_purchases",
    multiple=True,
    metavar="PATTERN",
    help="Elements whose name fits place no order, whatever they say: '*.save_card'; repeatable.",
)


def storefront_options(command: Command) -> Command:
    """Which embedded shop: ``--variant``, ``--theme`` and ``--language``."""
    version = option(
        "--variant",
        metavar="NAME",
        type=click.Choice(list(VARIANTS)),
        default="default",
        show_default=True,
        help=f"Version of the embedded shop: {', '.join(VARIANTS)}.",
    )
    theme = option(
        "--theme",
        metavar="NAME",
        type=click.Choice(list(THEMES)),
        default="larkfield",
        show_default=True,
        help=f"What the shop looks like: {', '.join(THEMES)}.",
    )
    language = option(
        "--language",
        metavar="CODE",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help=f"What the shop and its visitors speak: {', '.join(LANGUAGES)}.",
    )
    return version(theme(language(command)))
