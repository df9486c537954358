"""``shopper login`` as a command, its window driven by real input from outside; a recording behind
the same wall."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Error, Page

from agent.sessions.dataset import read_sessions
from envs.actions import action_type
from envs.recording.consent import YES
from tests.servers import walls
from tests.servers.walls import PASSWORD, SHOP, USER, Members, behind
from tests.shopper.commands.windows import attached, free_port, shopper
from tests.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(120)]


async def log_in(page: Page) -> None:
    await page.get_by_label("User").fill(USER)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("heading", name="Shop").wait_for()
    await page.evaluate("localStorage.setItem('cart', 'red mug')")


async def by_hand(site: Website, out: Path, *words: str) -> tuple[int | None, str, str]:
    """Exit code and what was said, after a person has logged in and closed the window."""
    port = free_port()
    hidden = ("--headless", "--devtools", str(port))
    process = await shopper("login", site.url, "--out", str(out), *hidden, *words)
    async with attached(port) as page:
        await log_in(page)
        await page.close()
    said, errors = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode(), errors.decode()


async def test_a_login_by_hand_is_kept_when_the_window_closes(tmp_path: Path) -> None:
    state = tmp_path / "kept" / "state.json"
    own = Members()
    with Website(own.pages()) as site:
        code, said, errors = await by_hand(site, state)
        assert code == 0, errors
        assert str(state) in said and "close it" in errors
        seen = await shopper("observe", f"{site.url}/account", "--storage-state", str(state))
        page, _ = await seen.communicate()
    assert "Order 1042" in page.decode()
    assert own.logins == 1
    assert state.stat().st_mode & 0o777 == 0o600
    kept = json.loads(state.read_text())
    assert [cookie["name"] for cookie in kept["cookies"]] == ["member"]
    assert kept["origins"][0]["localStorage"] == [{"name": "cart", "value": "red mug"}]
    for secret in (PASSWORD, kept["cookies"][0]["value"]):
        assert secret not in said + errors


async def test_a_login_behind_another_wall(tmp_path: Path) -> None:
    """The person's window has what the others have: here a header that a gate wants."""
    own = Members()
    gate = walls.header("X-Gate", "t0ken-of-the-gate")
    with Website(behind(gate, own.pages())) as site:
        header = ("--header", "X-Gate=t0ken-of-the-gate")
        code, _, errors = await by_hand(site, tmp_path / "state.json", *header)
        assert code == 0, errors
    assert "X-Gate=env:VARIABLE" in errors  # it stood on the command line


async def test_nobody_logs_in(tmp_path: Path) -> None:
    port = free_port()
    with Website(SHOP) as site:
        hidden = ("--headless", "--devtools", str(port))
        process = await shopper("login", site.url, "--out", str(tmp_path / "s.json"), *hidden)
        async with attached(port) as page:
            await page.get_by_role("heading", name="Shop").wait_for()
            await page.close()
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "nothing is kept" in errors.decode()
    assert list(tmp_path.iterdir()) == []


async def test_a_page_that_does_not_open(tmp_path: Path) -> None:
    hidden = ("--headless", "--devtools", str(free_port()))
    process = await shopper("login", "http://127.0.0.1:9", "--out", str(tmp_path / "s"), *hidden)
    _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert "Traceback" not in errors.decode() and "http://127.0.0.1:9" in errors.decode()


async def test_a_recording_behind_the_same_walls(tmp_path: Path) -> None:
    """Logged in by script, through a gate; what is secret is in no step, though the page tells it."""
    own = Members()
    gate = walls.header("X-Gate", "t0ken-of-the-gate")
    start = f"<h1>Shop</h1><p>Hello {USER}, {PASSWORD}</p><a href='/mug'>Red mug</a>"
    login = tmp_path / "login.json"
    login.write_text(
        json.dumps(
            [
                {"type": "input", "name": "*user*", "text": "{{user}}"},
                {"type": "type_and_submit", "name": "*password*", "text": "{{password}}"},
            ]
        )
    )
    out, port = tmp_path / "visit.jsonl", free_port()
    with Website(behind(gate, own.pages({**SHOP, "/": start}))) as site:
        process = await shopper(
            *("record", site.url, "--out", str(out), "--setup", str(login)),
            *("--header", "X-Gate=env:GATE", "--headless", "--devtools", str(port)),
            SHOPPER_USER=USER, SHOPPER_PASSWORD=PASSWORD, GATE="t0ken-of-the-gate",
        )  # fmt: skip
        async with attached(port) as first:
            page = await agreed(first)
            await page.get_by_role("link", name="Red mug").click()
            await page.get_by_role("heading", name="Red mug").wait_for()
            await asyncio.sleep(1)
            await page.close()
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    (session,) = read_sessions(out)
    assert session.started_from == "setup login.json"
    assert [action_type(step.action) for step in session.steps] == ["click", "terminate"]
    assert "[secret]" in session.steps[0].context
    for secret in (USER, PASSWORD, "t0ken-of-the-gate"):
        assert secret not in out.read_text()


async def agreed(page: Page) -> Page:
    """The window that asks for consent, which comes when the one that logs in has closed."""
    browser = page.context.browser
    assert browser is not None
    for _ in range(300):
        for one in [page for context in browser.contexts for page in context.pages]:
            with suppress(Error):
                if await one.get_by_role("button", name=YES).count():
                    await one.get_by_role("button", name=YES).click()
                    return one
        await asyncio.sleep(0.1)
    raise AssertionError("nobody was asked")
