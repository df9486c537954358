"""A session and pages that the tests of remote policies share."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from agent.sessions.session import Persona, Session, Step
from envs.actions import Action
from envs.observation import Element, Observation

START = datetime(2026, 1, 1, tzinfo=UTC)
HTML = (
    '<form><input name="nav.search" type="search"></form>'
    '<a name="results.red_mug.view_product">Red mug</a>'
)
PAGE = Observation(
    url="http://shop/",
    title="Shop",
    html=HTML,
    names=(
        Element("nav.search", "searchbox", "search"),
        Element("results.red_mug.view_product", "link", "product"),
    ),
)
SEARCH = (
    '{"rationale":"I want a mug.",'
    '"action":{"type":"type_and_submit","name":"nav.search","text":"mug"}}'
)
CLICK = '{"rationale":"It is red.","action":{"type":"click","name":"results.red_mug.view_product"}}'
ILLEGAL = (
    '{"rationale":"Why not.","action":{"type":"click","name":"results.green_mug.view_product"}}'
)


def session(*done: tuple[str, Action]) -> Session:
    """A session in which each step gave a reason and an action on `PAGE`."""
    steps = tuple(
        Step(index=i, timestamp=START, url=PAGE.url, context=HTML, reasoning=why, action=action)
        for i, (why, action) in enumerate(done)
    )
    return Session(
        session_id="s",
        user_id="u",
        site="shop",
        started_at=START,
        source="live",
        seed=7,
        persona=Persona(id="p", text="A potter who likes red."),
        intent="a mug",
        steps=steps,
    )


def page_with(names: int) -> Observation:
    """A page with so many links."""
    elements = tuple(Element(f"list.item_{i}", "link") for i in range(names))
    html = "".join(f'<a name="{e.name}">Item</a>' for e in elements)
    return msgspec.structs.replace(PAGE, html=html, names=elements)
