"""Sessions that the synthesis tests ask about, and a stand-in shopper's answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from agent.sessions.session import Persona, Session, Step
from envs.actions import Action, Click, Terminate, TypeAndSubmit

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = '<input name="nav.search" type="search"><a name="results.red_mug.view_product">Red mug</a>'
GOOD = "The red one looks nice and I like the price."


def visit(session_id: str = "s", *, intent: str | None = "a mug", later: str = "") -> Session:
    """A search, a product, and leaving; `later` changes the last page."""
    done: tuple[tuple[Action, str, str], ...] = (
        (TypeAndSubmit("nav.search", "mug"), "search", PAGE),
        (Click("results.red_mug.view_product"), "product", PAGE + "<p>2 results</p>"),
        (Terminate(), "leave", PAGE + f"<p>$ 99 {later}</p>"),
    )
    steps = tuple(
        Step(
            index=i,
            timestamp=START + timedelta(seconds=i),
            url="http://shop/",
            context=html,
            action=action,
            kind=kind,
        )
        for i, (action, kind, html) in enumerate(done)
    )
    return Session(
        session_id=session_id,
        user_id="u",
        site="shop",
        started_at=START,
        source="live",
        persona=Persona(id="p", text="A potter."),
        intent=intent,
        steps=steps,
        end="terminate",
    )


def thought(text: str) -> str:
    return msgspec.json.encode({"thought": text}).decode()
