"""A customer shops in a shop none of us wrote: django-oscar, from the search to the order.

Run as a person would run it, with `shopper run` and a script; the shop's own database says what
really happened.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.session import Session
from tests.oscar.conftest import Oscar

pytestmark = [pytest.mark.oscar, pytest.mark.browser, pytest.mark.timeout(300)]


def click(name: str) -> dict[str, Any]:
    return {"type": "click", "name": name}


def fill(name: str, text: str) -> dict[str, Any]:
    return {"type": "input", "name": f"where_should_we_ship_to.{name}", "text": text}


SHOPPING = [
    {"type": "type_and_submit", "name": "*search", "text": "headphones"},
    click("refine_your_search.rating.4"),
    click("*kids_headphones.view_product"),
    click("add_to_basket"),
    click("header.view_basket"),
    click("proceed_to_checkout"),
]
CHECKOUT = [
    {
        "type": "type_and_submit",
        "name": "continue.my_email_address_is",
        "text": "guest@example.org",
    },
    fill("first_name", "Ada"),
    fill("last_name", "Byron"),
    fill("first_line_of_address", "12 Quay Street"),
    fill("city", "Bristol"),
    fill("post_zip_code", "BS1 4DJ"),
    click("where_should_we_ship_to.country.united_kingdom"),
    click("where_should_we_ship_to.continue"),
    click("continue"),
    click("place_order"),
]


async def visit(
    oscar: Oscar, folder: Path, script: list[dict[str, Any]], *options: str
) -> tuple[Session, RunCard]:
    """One scripted customer sent by the command line; its session, and the run's card."""
    file = folder / "script.json"
    file.write_text(json.dumps(script))
    out = folder / "run"
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "shopper",
            "run",
            oscar.url,
            "--customers",
            "1",
            "--max-steps",
            "40",
        ),
        *("--policy", f"scripted:{file}", "--out", str(out), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 200)
    assert process.returncode == 0, output.decode()
    (session,) = finished_sessions(RunFolder(out)).values()
    return session, read_card(RunFolder(out))


async def test_the_order_is_held_back(oscar: Oscar, tmp_path: Path) -> None:
    session, card = await visit(oscar, tmp_path, SHOPPING + CHECKOUT)
    assert [step.result.error for step in session.steps] == [None] * len(session.steps)
    last = session.steps[-1]
    assert (session.end, last.kind, last.executed) == ("held", "buy", False)
    assert "Voltane Kids Headphones" in last.context
    totals = card.totals
    assert (totals.purchase, totals.held, totals.held_back) == (0, 1, 1)
    assert oscar.orders() == []
    assert "ajax.googleapis.com" in card.refused  # a script oscar would have from elsewhere


async def test_with_permission_the_order_is_placed(oscar: Oscar, tmp_path: Path) -> None:
    session, card = await visit(oscar, tmp_path, SHOPPING + CHECKOUT, "--allow-purchase")
    last = session.steps[-1]
    assert (session.end, last.kind, last.executed) == ("purchase", "buy", True)
    assert (card.totals.purchase, card.totals.held_back) == (1, 0)
    ((_, total),) = oscar.orders()
    assert str(total) in last.context


async def test_only_placing_the_order_counts_as_buying(oscar: Oscar, tmp_path: Path) -> None:
    session, _ = await visit(oscar, tmp_path, [*SHOPPING, {"type": "terminate"}])
    assert [step.kind for step in session.steps] == [
        "search",
        "filter",
        "product",
        "cart",
        "cart",
        "cart",
        "leave",
    ]
    assert session.end == "terminate"
    assert oscar.basket() == [("Voltane Kids Headphones", 1)]
    seen = {element.name: element.kind for step in session.steps for element in step.names}
    assert [name for name, kind in seen.items() if kind == "buy"] == []
