"""Simulated sessions without what differs from run to run: their clock, address and places are
those of the data set, not of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from agent.sessions.session import Result, Session

ADDRESS = "http://larkfield.example"
"""Stands in the data for the shop's address, whose port changes."""
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_SECONDS = {
    "search": 25.0, "product": 26.0, "option": 3.4, "filter": 9.0, "navigation": 26.0,
    "cart": 21.0, "buy": 26.0, "other": 2.3, "leave": 10.0,
}  # fmt: skip
"""Median seconds before an action of each kind, as people took them (OPeRA's timelines: input,
product_link, product_option, filter, nav_bar, cart_side_bar, purchase, review; leaving is our
guess). Only the clock in the data is set by them; nobody waits."""


def settled(session: Session, address: str) -> Session:
    """The session without what differs from run to run (clock, port, waiting times) or from
    machine to machine (where things stand on the page, which depends on the fonts). Codes of
    faults and notices are left out, too: their sentences are there, and the sets that were made
    before there were codes go on, byte for byte."""
    rng = Random(f"{session.seed}/clock")
    now = FIRST_DAY + timedelta(seconds=rng.randrange(180 * 86400))
    begin, steps = now, []
    for step in session.steps:
        now += timedelta(seconds=round(_SECONDS.get(step.kind, 5.0) * rng.lognormvariate(0, 1), 1))
        steps.append(
            msgspec.structs.replace(
                step,
                timestamp=now,
                url=ADDRESS + step.url.removeprefix(address),
                result=Result(ok=step.result.ok, error=step.result.error),
                names=tuple(msgspec.structs.replace(e, box=None) for e in step.names),
                box=None,
                viewport=None,
                load=None,
                cost=None,
                notices=None,
                troubles=(),
            )
        )
    return msgspec.structs.replace(session, started_at=begin, steps=tuple(steps))
