"""Whole visits to the embedded shop over a bad line: the visit goes on or ends, the cause is named,
and the log holds every step.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from agent.policies import load
from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.runs.visit import visit
from agent.sessions.log import SessionLog, read_session_log
from agent.sessions.session import Session
from envs.browser.browser import Browser, ContextOptions, launch
from envs.environment import Environment
from envs.gateway import Gateway, SiteRules, chromium_flags
from envs.options import EnvOptions
from tests.envs.faulty import BadLine, Fault, bad_line

pytestmark = pytest.mark.browser

SEARCH = {"type": "type_and_submit", "name": "*search*", "text": "mug"}
OPEN = {"type": "click", "name": "results.*", "pick": "random"}
LEAVE = {"type": "terminate"}


@pytest.fixture(scope="module")
async def walled() -> AsyncIterator[Browser]:
    async with launch(flags=chromium_flags()) as running:
        yield running


def once(fault: Fault, part: str = "/search") -> Callable[[str], Fault | None]:
    """`fault` befalls the first request whose path begins with `part`."""
    left = [fault]

    def spoil(path: str) -> Fault | None:
        return left.pop() if left and path.startswith(part) else None

    return spoil


async def shops(
    walled: Browser, line: BadLine, script: list[dict[str, Any]], folder: Path
) -> Session:
    """The visit a script makes over the line; checks that its log says the same."""
    file = folder / "script.json"
    file.write_text(json.dumps(script))
    policy = await load(f"scripted:{file}")
    session = Session(
        session_id="s", user_id="u", site="shop", started_at=datetime.now(UTC), source="live"
    )
    async with Gateway(SiteRules.for_start(line.url)) as gateway:
        context = await walled.context(ContextOptions(proxy=gateway.proxy))
        options = EnvOptions(own_shop=True, load_s=2, step_s=8, late_ms=500)
        place = Environment(context, options, gateway.explain)
        try:
            with SessionLog(folder / "s.jsonl", session) as log:
                done = await visit(place, policy, session, log, url=line.url)
        finally:
            await place.close()
    assert read_session_log(folder / "s.jsonl") == done
    return done


BROKEN: tuple[tuple[Fault, str], ...] = (
    ("reset", "broke"),
    ("close", "without an answer"),
    ("garbage", "not HTTP"),
)


@pytest.mark.parametrize(("fault", "cause"), BROKEN)
async def test_a_broken_answer_leads_back_and_the_visit_goes_on(
    fault: Fault, cause: str, walled: Browser, shop: Any, tmp_path: Path
) -> None:
    # Browsers ask again by themselves when a kept connection breaks, so it breaks twice.
    count = 0

    def twice(path: str) -> Fault | None:
        nonlocal count
        count += path.startswith("/search")
        return fault if path.startswith("/search") and count <= 2 else None

    async with bad_line(shop.url, twice) as line:
        done = await shops(walled, line, [SEARCH, SEARCH, SEARCH, OPEN, LEAVE], tmp_path)
        assert line.spoilt
    assert done.end == "terminate"
    assert cause in done.steps[1].context
    assert "/search" not in done.steps[1].url
    assert [step.kind for step in done.steps[-2:]] == ["product", "leave"]


@pytest.mark.parametrize("fault", ["500", "429"])
async def test_an_error_page_is_what_the_customer_sees(
    fault: Fault, walled: Browser, shop: Any, tmp_path: Path
) -> None:
    async with bad_line(shop.url, once(fault)) as line:
        done = await shops(walled, line, [SEARCH, LEAVE], tmp_path)
    assert done.end == "terminate"
    assert f"HTTP {fault}" in done.steps[1].context
    assert "Something is wrong on our side." in done.steps[1].context


@pytest.mark.parametrize("fault", ["truncate", "reset half-way"])
async def test_half_an_answer_is_shown_or_said_to_be_broken(
    fault: Fault, walled: Browser, shop: Any, tmp_path: Path
) -> None:
    async with bad_line(shop.url, once(fault)) as line:
        done = await shops(walled, line, [SEARCH, LEAVE], tmp_path)
        assert line.spoilt
    assert done.end == "terminate"
    assert len(done.steps) == 2
    assert "<h1" in done.steps[1].context or "could not be opened" in done.steps[1].context


async def test_an_answer_that_never_comes_does_not_hold_the_visit_up(
    walled: Browser, shop: Any, tmp_path: Path
) -> None:
    async with bad_line(shop.url, lambda path: "hang" if "/search" in path else None) as line:
        done = await shops(walled, line, [SEARCH, LEAVE], tmp_path)
        assert line.spoilt
    assert done.end == "terminate"
    assert "did not arrive" in done.steps[1].context


async def test_a_slow_shop_is_only_slow(walled: Browser, shop: Any, tmp_path: Path) -> None:
    async with bad_line(shop.url, lambda path: None, delay=0.2) as line:
        done = await shops(walled, line, [SEARCH, OPEN, LEAVE], tmp_path)
    assert done.end == "terminate"
    assert [step.kind for step in done.steps] == ["search", "product", "leave"]


@pytest.mark.parametrize(
    ("fault", "cause"), [*BROKEN, ("500", "HTTP 500"), ("429", "HTTP 429"), ("hang", "not answer")]
)
async def test_a_start_page_that_cannot_be_had_ends_the_visit(
    fault: Fault, cause: str, walled: Browser, shop: Any, tmp_path: Path
) -> None:
    async with bad_line(shop.url, lambda path: fault) as line:
        done = await shops(walled, line, [LEAVE], tmp_path)
    assert done.steps == ()
    assert done.end is not None
    assert done.end.startswith("error: ")
    assert cause in done.end


async def test_pictures_and_scripts_that_fail_do_not_matter(
    walled: Browser, shop: Any, tmp_path: Path
) -> None:
    def static(path: str) -> Fault | None:
        return "reset" if not path.startswith("/search") and "." in path else None

    async with bad_line(shop.url, static) as line:
        done = await shops(walled, line, [SEARCH, OPEN, LEAVE], tmp_path)
        assert line.spoilt
    assert done.end == "terminate"
    assert done.steps[1].kind == "product"


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
async def test_a_browser_killed_in_the_middle_of_a_step_costs_no_visit(
    shop: Any, tmp_path: Path
) -> None:
    """The first customer waits for an answer when the browser dies, and begins again in another."""
    file = tmp_path / "script.json"
    file.write_text(json.dumps([SEARCH, LEAVE]))
    async with bad_line(shop.url, once("hang")) as line:
        run = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "shopper", "run", line.url, "--customers", "2"),
            *("--concurrency", "1", "--policy", f"scripted:{file}", "--out", tmp_path / "run"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(100):
            while not line.spoilt:
                await asyncio.sleep(0.02)
            for process in _browsers(run.pid):
                os.kill(process.pid, signal.SIGKILL)
            output, _ = await run.communicate()
    sessions = finished_sessions(RunFolder(tmp_path / "run"))
    ends = [session.end or "" for _, session in sorted(sessions.items())]
    assert len(ends) == 2, output.decode()
    assert ends == ["terminate", "terminate"]
    card = read_card(RunFolder(tmp_path / "run"))
    assert (card.totals.error, card.totals.terminate) == (0, 2)
    assert any("1 times a visit that was lost with it began again" in n for n in card.notes)


def _browsers(pid: int) -> list[psutil.Process]:
    """The browser's main process among the descendants of a run."""
    below = psutil.Process(pid).children(recursive=True)
    return [one for one in below if any("--host-resolver-rules" in word for word in one.cmdline())]
