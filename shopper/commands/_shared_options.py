"""Options that several commands take, declared once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from agent.policies.auto import resolved
from agent.runs.config import See
from envs.actions import ActionSet
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


def looking_options(command: Command) -> Command:
    """What customers may do to look further: ``--actions`` and ``--see``."""
    actions = option(
        "--actions",
        type=click.Choice(get_args(ActionSet)),
        default="paper",
        show_default=True,
        help="What they may do: click, type and leave, as in the paper, or also scroll, hover, go "
        "back and wait.",
    )
    see = option(
        "--see",
        type=click.Choice(get_args(See)),
        default="page",
        show_default=True,
        help="What they look at: the whole page, or what is in the window (with --actions full).",
    )
    return actions(see(command))


def ci_options(command: Command) -> Command:
    """What continuous integration is told: ``--junit`` and ``--summary``."""
    path = click.Path(path_type=Path)
    junit = option("--junit", metavar="FILE", type=path, help="Also write JUnit XML.")
    summary = option(
        "--summary",
        metavar="FILE",
        type=path,
        help="Also write a summary in Markdown; in GitHub Actions the build's page has it anyway.",
    )
    return junit(summary(command))


def picked(policy: str) -> tuple[str, str]:
    """The policy that ``--policy`` names and no reason, or for ``auto`` what suits this machine,
    and why, which is said on standard error."""
    named, why = resolved(policy)
    if why:
        click.echo(f"policy: {named} (auto: {why})", err=True)
    return named, why


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
