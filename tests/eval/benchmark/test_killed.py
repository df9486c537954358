"""A benchmark as a process of its own, through a local OpenAI-compatible server, killed and resumed:
nothing is lost, nothing asked twice, and a server that raves costs a step, not the benchmark."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent.sessions.dataset import write_sessions
from tests.eval.benchmark.sample import CUP, LEAVE, MUG, RED, SEARCH, session
from tests.servers.chat import Chat
from tests.servers.serving import serve

VISITS = [session(f"v{n}", SEARCH, MUG, RED, CUP, LEAVE, user=f"u{n}") for n in range(6)]
STEPS = 4 * len(VISITS)
AT_ONCE = 2
SAID = json.dumps({"rationale": "Nice mug.", "action": {"type": "click", "name": "results.mug"}})


async def bench(data: Path, url: str, out: Path, *more: str) -> asyncio.subprocess.Process:
    options = ["--policy", f"openai:m@{url}/v1", "--out", str(out), "--concurrency", str(AT_ONCE)]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shopper", "bench", str(data), *options, *more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def slowly(body: dict[str, Any]) -> str:
    time.sleep(0.05)
    return SAID


def rows(out: Path) -> list[dict[str, Any]]:
    file = out / "predictions.jsonl"
    lines = file.read_bytes().split(b"\n")[:-1] if file.exists() else []
    return [json.loads(line) for line in lines]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_sessions(tmp_path / "data.jsonl", VISITS)
    return tmp_path / "data.jsonl"


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_killed_in_the_middle_and_resumed(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    chat = Chat(slowly)
    async with serve(chat.application()) as url:
        process = await bench(data, url, out)
        while len(rows(out)) < STEPS // 3:
            assert process.returncode is None, await process.communicate()
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        before = rows(out)
        assert len(before) < STEPS
        with (out / "predictions.jsonl").open("ab") as torn:
            torn.write(b'{"session_id":"v5","step":4,"tru')
        resumed = await bench(data, url, out, "--resume", "--json")
        stdout, stderr = await resumed.communicate()
    assert resumed.returncode == 0, stderr.decode()
    after = rows(out)
    assert after[: len(before)] == before
    places = Counter((r["session_id"], r["step"]) for r in after)
    assert places == Counter({(s.session_id, step): 1 for s in VISITS for step in range(1, 5)})
    assert STEPS <= len(chat.requests) <= STEPS + AT_ONCE
    results = json.loads(stdout)
    assert results["steps"] == STEPS
    assert results["exact_match"]["micro"]["value"] == pytest.approx(1 / 4)
    assert json.loads((out / "results.json").read_bytes()) == results


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_rubbish_is_wrong_and_the_rest_goes_on(data: Path, tmp_path: Path) -> None:
    said = iter(("", "{]", '{"action":{"type":"click","name":"nowhere"}}', "nothing", "x", "\\"))
    chat = Chat(lambda body: next(said, SAID))
    async with serve(chat.application()) as url:
        process = await bench(data, url, tmp_path / "out", "--unconstrained", "--json")
        stdout, stderr = await process.communicate()
    assert process.returncode == 0, stderr.decode()
    results = json.loads(stdout)
    assert results["errors"]["illegal"] == 6
    assert results["illegal_share"] == pytest.approx(6 / STEPS)
    assert results["outcome"]["f1_buy"]["value"] is None
