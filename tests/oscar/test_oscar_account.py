"""A customer with an account in django-oscar: logged in by script, or from a kept login, they see
what only they may see, and the guard holds their order as anybody's."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions
from agent.sessions.session import Session
from tests.oscar.conftest import Oscar
from tests.oscar.test_oscar_purchase import CHECKOUT, SHOPPING, click

pytestmark = [pytest.mark.oscar, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

WHO = {"SHOPPER_USER": "ada@example.org", "SHOPPER_PASSWORD": "quay-str33t-12"}
LOG_IN = [
    {"type": "input", "name": "*log_in*email*", "text": "{{user}}"},
    {"type": "input", "name": "*log_in*password*", "text": "{{password}}"},
    click("*log_in.log_in*"),
]
HISTORY = [click("*account*"), click("*order_history*"), {"type": "terminate"}]


async def shopper(*words: object) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopper", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **WHO},
    )
    output, _ = await asyncio.wait_for(process.communicate(), 200)
    assert process.returncode == 0, output.decode()
    return output.decode()


async def visit(oscar: Oscar, out: Path, script: list[dict[str, Any]], *words: object) -> Session:
    file = out.with_suffix(".json")
    file.write_text(json.dumps(script))
    common = ("--customers", 1, "--policy", f"scripted:{file}", "--max-steps", 40, "--out", out)
    await shopper("run", oscar.url, *common, *words)
    (session,) = finished_sessions(RunFolder(out)).values()
    return session


def register(oscar: Oscar) -> None:
    """An account, made as the site's own form makes it."""
    with httpx.Client(base_url=oscar.url, follow_redirects=True, timeout=60) as client:
        form = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        told = {
            "csrfmiddlewaretoken": token[1],
            "registration-email": WHO["SHOPPER_USER"],
            "registration-password1": WHO["SHOPPER_PASSWORD"],
            "registration-password2": WHO["SHOPPER_PASSWORD"],
            "registration_submit": "Register",
        }
        answer = client.post("/accounts/login/", data=told, headers={"Referer": oscar.url})
        assert "Logout" in answer.text or "logout" in answer.text, answer.text[:2000]


async def test_an_account_its_orders_and_the_guard(oscar: Oscar, tmp_path: Path) -> None:
    register(oscar)
    setup = tmp_path / "login.json"
    setup.write_text(json.dumps({"url": f"{oscar.url}/accounts/login/", "steps": LOG_IN}))
    buying = [*SHOPPING, *CHECKOUT[1:]]  # whoever is known is not asked for an address of e-mail
    bought = await visit(oscar, tmp_path / "bought", buying, "--setup", setup, "--allow-purchase")
    assert bought.end == "purchase"
    ((number, _),) = oscar.orders()

    state = tmp_path / "state.json"
    await shopper("login", oscar.url, "--setup", setup, "--out", state)
    looked = await visit(oscar, tmp_path / "looked", HISTORY, "--storage-state", state)
    assert number in looked.steps[-1].context
    assert looked.started_from == "storage state state.json"

    held = await visit(oscar, tmp_path / "held", buying, "--storage-state", state)
    assert held.end == "held"
    assert len(oscar.orders()) == 1
    for folder in ("bought", "looked", "held"):
        for path in (tmp_path / folder).rglob("*"):
            told = path.read_bytes() if path.is_file() else b""
            assert WHO["SHOPPER_PASSWORD"].encode() not in told, path
            # A state does not tell who one is: then the account's page is shown as it is.
            assert folder != "bought" or WHO["SHOPPER_USER"].encode() not in told, path
