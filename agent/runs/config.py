"""What a run is to do, as plain data that may cross processes: who shops where, and how; and the
card with which it begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from agent import __version__
from agent.personas.personas import Customer
from agent.policies.price import Price
from agent.prompts.prompt import PageTokens
from agent.runs.card import RunCard, Setting
from agent.runs.visit import Limits
from envs.access import OPEN, Access
from envs.actions import ActionSet
from envs.browser.browser import ContextOptions
from envs.browser.pool import RecyclePolicy
from envs.page.script import version as simplifier_version

See = Literal["page", "window"]
"""What a customer looks at: the whole page, or what is in the window."""
Pace = Literal["fast", "person"]
"""How the customers' hands move: without pauses, or as people's do."""


def steps_enough(url: str | None) -> int:
    """Decisions after which a visit ends when nobody says how many; `url` None is the embedded
    shop. Many a shop's checkout alone takes a dozen."""
    return 20 if url is None else 40


class RunConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `url` None means the embedded shop, started for the run."""

    url: str | None
    customers: tuple[Customer, ...]
    concurrency: int
    limits: Limits = Limits()
    allow: tuple[str, ...] = ()
    allow_purchase: bool = False
    not_purchases: tuple[str, ...] = ()
    """Names of elements that place no order, whatever they say, as shell patterns."""
    respect_robots: bool = False
    headed: bool = False
    pace: Pace = "fast"
    actions: ActionSet = "paper"
    """What the policy is offered."""
    see: See = "page"
    page_tokens: PageTokens = None
    """What a policy that is loaded is shown of a page; None for what is usual for it."""
    screenshots: bool = True
    rrweb: bool = False
    """Keep every visit as a recording of rrweb, too."""
    variant: str = "default"
    window: ContextOptions = ContextOptions()
    """Device, locale and time zone of every customer; the crowd adds its own proxy."""
    shop: str | None = None
    """Address of an embedded shop that runs already; None starts one for the run."""
    shop_log: Path | None = None
    """SQLite file in which the embedded shop keeps its own log, to be read after the run."""
    recycle: RecyclePolicy = RecyclePolicy()
    """When a fresh browser takes over from one that has served enough."""
    access: Access = OPEN
    """What is brought along for a site that is not open to everyone."""
    policy_auto: str = ""
    """Why ``--policy auto`` took the policy that decides; empty where it was named."""
    price: Price | None = None
    """What tokens cost, for the card to tell what was spent."""

    @property
    def repeatable(self) -> bool:
        """Whether a visit that broke off may be made again: not where an order may have been
        placed for good."""
        return self.url is None or not self.allow_purchase


def run_card(config: RunConfig, policy: str, seed: int) -> RunCard:
    """The card of a run that has not begun. `policy` is as given to ``--policy``."""
    return new_card(
        url=config.url,
        policy=policy,
        customers=len(config.customers),
        seed=seed,
        arguments={
            "max_steps": config.limits.max_steps,
            "concurrency": config.concurrency,
            "allow": list(config.allow),
            "allow_purchase": config.allow_purchase,
            **({"not_purchases": list(config.not_purchases)} if config.not_purchases else {}),
            "respect_robots": config.respect_robots,
            "screenshots": config.screenshots,
            **({"rrweb": True} if config.rrweb else {}),
            "variant": config.variant,
            "pace": config.pace,
            **({"actions": config.actions} if config.actions != "paper" else {}),
            **({"see": config.see} if config.see != "page" else {}),
            **({"page_tokens": config.page_tokens} if config.page_tokens is not None else {}),
            "device": config.window.device or "desktop",
            "locale": config.window.locale,
            "timezone": config.window.timezone,
            **({"access": list(config.access.described)} if config.access.described else {}),
            **({"policy_auto": config.policy_auto} if config.policy_auto else {}),
            **({"price": config.price.text} if config.price is not None else {}),
        },
    )


def new_card(
    *,
    url: str | None,
    policy: str,
    customers: int,
    seed: int,
    arguments: Mapping[str, Setting | list[str]],
) -> RunCard:
    """The card of anything that sends `customers` visits to `url`, None for the embedded shop; it
    begins now."""
    return RunCard(
        shopper_version=__version__,
        started_at=datetime.now(UTC),
        url=url or "the embedded shop",
        embedded_shop=url is None,
        policy=policy,
        customers=customers,
        seed=seed,
        arguments=dict(arguments),
        versions={"simplifier": simplifier_version()},
    )
