"""Where a run ends by itself: a spent budget, a condition that fails it, a model that is down."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions
from tests.servers.chat import Chat
from tests.servers.serving import Fault, serve
from tests.shopper.commands.test_run import LEAVE, run, script

pytestmark = pytest.mark.browser


def search(body: dict[str, Any]) -> str:
    """An answer that searches, in the field that the request's schema names."""
    actions = body["response_format"]["json_schema"]["schema"]["properties"]["action"]["anyOf"]
    field = actions[-1]["properties"]["name"]["enum"][0]
    action = {"type": "type_and_submit", "name": field, "text": "mug"}
    return json.dumps({"rationale": "I want a mug.", "action": action})


async def shop(url: str, out: Path, *words: object) -> tuple[int, str]:
    """A run in a process of its own whose model is the server of this one."""
    command = (
        *(sys.executable, "-m", "shopper", "run", "--policy", f"openai:m@{url}/v1", "--out", out),
        *("--no-screenshots", "--customers", 2, "--concurrency", 1, "--max-steps", 2, *words),
    )
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), 100)
    return process.returncode or 0, errors.decode()


async def test_a_spent_budget_stops_the_run_and_it_can_go_on(tmp_path: Path) -> None:
    server, out = Chat(search), tmp_path / "run"
    async with serve(server.application()) as url:
        code, said = await shop(url, out, "--max-cost", "0.000001", "--price", "1,1")
        assert code == 1
        assert "stopped: the budget of $0.00 is spent" in said
        assert "--resume" in said
        assert len(server.requests) == 1
        assert (out / "report.html").exists()
        code, said = await shop(url, out, "--resume", "--max-tokens", 10_000_000)
        assert code == 0, said
    ends = {s.end for s in finished_sessions(RunFolder(out)).values()}
    assert ends == {"limit"}


async def test_a_visit_whose_model_is_down_ends_with_the_cause_and_the_next_goes_on(
    tmp_path: Path,
) -> None:
    server, out = Chat(search), tmp_path / "run"
    server.faults.append(Fault(status=429, text="no capacity", headers={"retry-after": "3600"}))
    async with serve(server.application()) as url:
        code, said = await shop(url, out, "--fail-if", "error>0.4")
    assert code == 1
    assert "fails by --fail-if error>0.4: error was 0.5 (1 of 2 visits)" in said
    first, second = (s.end or "" for _, s in sorted(finished_sessions(RunFolder(out)).items()))
    assert "error: policy: openai:m@" in first
    assert "HTTP 429: no capacity" in first
    assert second == "limit"


def test_a_condition_fails_the_run_after_everything_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = (
        "--customers",
        1,
        "--no-screenshots",
        "--policy",
        script(tmp_path, LEAVE),
        "--out",
        out,
    )
    wrong = run(*words, "--fail-if", "lft>0.5")
    assert wrong.returncode == 2
    assert "did you mean 'left'" in wrong.stderr
    assert not out.exists()
    done = run(*words, "--fail-if", "left>0.5", "--fail-if", "error>0")
    assert done.returncode == 1
    assert "left>0.5: left was 1 (1 of 1 visit)" in done.stderr
    assert "error>0" not in done.stderr
    assert (out / "report.html").exists()
