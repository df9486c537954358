"""What a run is to do, as plain data that may cross processes: who shops where, and how."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.personas.personas import Customer
from agent.runs.visit import Limits
from envs.browser.browser import ContextOptions
from envs.browser.pool import RecyclePolicy


class RunConfig(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `url` None means the embedded shop, started for the run."""

    url: str | None
    customers: tuple[Customer, ...]
    concurrency: int
    limits: Limits = Limits()
    allow: tuple[str, ...] = ()
    allow_purchase: bool = False
    respect_robots: bool = False
    headed: bool = False
    screenshots: bool = True
    variant: str = "default"
    window: ContextOptions = ContextOptions()
    """Device, locale and time zone of every customer; the crowd adds its own proxy."""
    shop: str | None = None
    """Address of an embedded shop that runs already; None starts one for the run."""
    shop_log: Path | None = None
    """SQLite file in which the embedded shop keeps its own log, to be read after the run."""
    recycle: RecyclePolicy = RecyclePolicy()
    """When a fresh browser takes over from one that has served enough."""

    @property
    def repeatable(self) -> bool:
        """Whether a visit that broke off may be made again: not where an order may have been
        placed for good."""
        return self.url is None or not self.allow_purchase
