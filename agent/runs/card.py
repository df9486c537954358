"""The run card: what a run was, in ``run.json``, and where its files are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from agent.parsing import from_json
from agent.policies.price import dollars, parse_price
from agent.sessions.outcome import SessionOutcome
from agent.sessions.session import Cost

Setting = str | int | float | bool | None


FORMAT = "2"
"""Of run cards. In format 1 `RunTotals.limit` also counted the visits that were `stuck`."""


class RunTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over a run's finished sessions; `seconds` is wall time.

    A session has one outcome (`agent.sessions.outcome`): `purchase`, `held`, `terminate`,
    `stuck`, `limit` and `error` add up to `sessions`. `failed_steps` and `failed_searches` are
    those of the steps and searches that visits made which failed (0 in cards of before there was
    such a count).
    """

    sessions: int = 0
    steps: int = 0
    purchase: int = 0
    held: int = 0
    terminate: int = 0
    limit: int = 0
    error: int = 0
    stuck: int = 0
    held_back: int = 0
    searches: int = 0
    failed_steps: int = 0
    failed_searches: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0

    def ended(self, outcome: SessionOutcome) -> int:
        """Sessions with this outcome; none is unfinished, as only finished ones are counted."""
        return getattr(self, outcome.value, 0)

    @property
    def counted(self) -> int:
        """Visits that shares and means are of: those that did not fail."""
        return self.sessions - self.error

    @property
    def cost(self) -> Cost:
        """The tokens of all visits together."""
        return Cost(
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens,
            generated_tokens=self.generated_tokens,
        )

    @property
    def is_no_result(self) -> bool:
        """Whether more than half of the visits failed, so that the rest say nothing of the site."""
        return 2 * self.error > self.sessions


class RunCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`run.json`. `refused` counts requests that the gateway turned away, by host. `dollars` is
    what the tokens of `totals` cost at the `arguments`' ``price``, unset where none is told."""

    format: str = FORMAT
    shopper_version: str
    started_at: Annotated[datetime, msgspec.Meta(tz=True)]
    finished_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    url: str
    embedded_shop: bool
    policy: str
    policy_settings: dict[str, Setting] = {}
    customers: int
    seed: int
    arguments: dict[str, Setting | list[str]] = {}
    versions: dict[str, str] = {}
    totals: RunTotals = RunTotals()
    dollars: float | msgspec.UnsetType = msgspec.UNSET
    refused: dict[str, int] = {}
    notes: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """What session logs call the site: its host, and port if it has one."""
        return "embedded-shop" if self.embedded_shop else urlsplit(self.url).netloc

    @property
    def stopped(self) -> str | None:
        """Why fewer visits have finished than there are customers, as far as the card knows; None
        where all have. While a run is at work its card may be some seconds old."""
        finished = f"{self.totals.sessions:,} of {self.customers:,} visits have finished"
        if self.finished_at is None:
            return f"not over: {finished}; it is at work, or was killed"
        if self.totals.sessions < self.customers:
            return f"stopped: {finished}"
        return None

    @property
    def orders_for_good(self) -> bool:
        """Whether orders are placed that cannot be taken back."""
        return bool(self.arguments.get("allow_purchase")) and not self.embedded_shop


def with_totals(card: RunCard, totals: RunTotals) -> RunCard:
    """The card with these totals, and what they cost where it tells a price."""
    price = card.arguments.get("price")
    spent = dollars(totals.cost, parse_price(price)) if isinstance(price, str) else None
    told = msgspec.UNSET if spent is None else round(spent, 6)
    return msgspec.structs.replace(card, totals=totals, dollars=told)


def decode_card(data: bytes) -> RunCard:
    """A run card from JSON; one of format 1 comes back with its totals as they are counted now.

    Raises:
        msgspec.DecodeError: not a run card; names the field that is wrong.
    """
    card = from_json(data, RunCard)
    if card.format != "1":
        return card
    told = card.totals
    totals = msgspec.structs.replace(told, limit=max(0, told.limit - told.stuck))
    return msgspec.structs.replace(card, format=FORMAT, totals=totals)


def carried_on(card: RunCard, before: RunCard) -> RunCard:
    """The card of a run that goes on as `card` says, with what its part before told of itself.

    Its totals are that part's; what is counted again are the sessions, not the seconds. A price
    stays told, and so does how the policy was set, until it is loaded.
    """
    price = {"price": before.arguments["price"]} if "price" in before.arguments else {}
    return msgspec.structs.replace(
        card,
        arguments=price | card.arguments,
        policy_settings=card.policy_settings or before.policy_settings,
        started_at=before.started_at,
        totals=before.totals,
        refused=before.refused,
        notes=tuple(dict.fromkeys((*before.notes, *card.notes))),
    )


class RunFolder:
    """The files of one run: ``run.json``, ``sessions/ID.jsonl``, ``screenshots/ID/NNN.jpg``,
    ``report.html``, with ``--rrweb`` ``rrweb/ID.json``. A step's `screenshot` is a path relative to
    the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.card = root / "run.json"
        self.sessions = root / "sessions"
        self.screenshots = root / "screenshots"
        self.report = root / "report.html"

    def session_log(self, session_id: str) -> Path:
        return self.sessions / f"{session_id}.jsonl"

    def recording(self, session_id: str) -> Path:
        return self.root / "rrweb" / f"{session_id}.json"

    def screenshot(self, session_id: str, step: int) -> Path:
        return self.screenshots / session_id / f"{step:03}.jpg"
