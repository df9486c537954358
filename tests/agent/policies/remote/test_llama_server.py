"""The embedded model behind a real OpenAI-compatible server, llama.cpp's, benchmarked and shopping."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.models import fetch_embedded
from agent.policies.remote.chat_messages import count_tokens
from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session
from tests.servers.llama import serve_model

SAMPLE = Path(__file__).parents[4] / "agent" / "samples" / "sessions.jsonl.zst"
pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def policy() -> Iterator[str]:
    with serve_model(fetch_embedded().gguf) as url:
        yield f"openai:model@{url}"


def short_session() -> Session:
    """A session of two steps, of which the second is predicted."""
    several = [s for s in read_sessions(SAMPLE) if len(s.steps) > 1]
    short = min(several, key=lambda s: sum(len(step.context) for step in s.steps[:2]))
    return msgspec.structs.replace(short, steps=short.steps[:2])


def shopper(*words: object) -> str:
    command = [sys.executable, "-m", "shopper", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_benchmark_through_it_adds_up(tmp_path: Path, policy: str) -> None:
    data, out = tmp_path / "one.jsonl", tmp_path / "bench"
    write_sessions(data, [short_session()])
    shopper("bench", data, "--policy", policy, "--out", out)
    rows = [json.loads(line) for line in (out / "predictions.jsonl").read_text().splitlines()]
    (row,) = rows
    assert (row["step"], row["legal"], bool(row["reasoning"])) == (1, True, True)
    assert row["tokens"]["prompt"] > 500 and row["tokens"]["generated"] > 5
    results = json.loads((out / "results.json").read_text())
    assert results["settings"]["prompt.window"] == 7168
    assert results["exact_match"]["micro"]["value"] == float(row["prediction"] == row["truth"])


def test_tokens_of_pages_are_not_estimated_too_low() -> None:
    """In the tokenizer that needs most of those at hand; what is estimated too low is refused."""
    tokenizer = fetch_embedded().tokenizer()
    for shopped in read_sessions(SAMPLE):
        for step in shopped.steps:
            assert count_tokens(step.context) >= len(tokenizer.encode(step.context))


@pytest.mark.long
def test_a_customer_shops_with_it(tmp_path: Path, policy: str) -> None:
    out = tmp_path / "run"
    words = ["--customers", 1, "--max-steps", 1, "--no-screenshots", "--policy", policy]
    card = json.loads(shopper("run", *words, "--out", out, "--json"))
    assert card["totals"]["error"] == 0
    assert card["totals"]["steps"] >= 1
    assert card["totals"]["generated_tokens"] > 5
