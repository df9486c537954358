"""Data sets of other versions are named as such, by whoever works with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.sessions.dataset import write_sessions
from agent.sources.made_with import differences
from agent.sources.simulation import versions
from envs.actions import Action, Click, Terminate
from tests.agent.runs.sessions import session_of

STEPS: list[tuple[str, str | None, Action]] = [
    ("<main>a</main>", None, Click("a")),
    ("<main>b</main>", None, Terminate()),
]
NOW = msgspec.structs.replace(session_of(STEPS), source="synthetic", versions=versions())
OLD = msgspec.structs.replace(NOW, versions={"format": "1", "simplifier": "abc"})


def test_only_what_is_otherwise_is_told() -> None:
    assert differences(NOW) == ()
    shoppers, simplifier = differences(OLD)
    assert "synthetic shoppers of version 1, and these are version 2" in shoppers
    assert "simplifier abc" in simplifier
    later = msgspec.structs.replace(NOW, versions={**versions(), "shoppers": "9"})
    (only,) = differences(later)
    assert "version 9" in only


@pytest.mark.parametrize("said", [{}, {"simplifier": "opera"}])
def test_nothing_is_concluded_of_logs_of_people(said: dict[str, str]) -> None:
    assert differences(msgspec.structs.replace(OLD, source="opera", versions=said)) == ()


@pytest.mark.slow
def test_a_check_and_a_benchmark_name_an_old_set(tmp_path: Path) -> None:
    script = tmp_path / "walk.json"
    script.write_text('{"steps": [{"type": "terminate"}]}')
    for name, session, told in (("old", OLD, True), ("now", NOW, False)):
        data = tmp_path / f"{name}.jsonl"
        write_sessions(data, [session])
        checked = shopper("data", "check", data)
        assert checked.returncode == 0, checked.stderr
        assert ("synthetic shoppers of version 1" in checked.stderr) is told
        out = tmp_path / f"bench-{name}"
        scored = shopper("bench", data, "--policy", f"scripted:{script}", "--out", out)
        assert ("synthetic shoppers of version 1" in scored.stderr) is told


@pytest.mark.slow
def test_training_names_an_old_set(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    data = tmp_path / "old.jsonl"
    write_sessions(data, [OLD])
    config = tmp_path / "train.toml"
    config.write_text(
        f'[model]\nbase = "{tmp_path}/no-model"\n[data]\ntrain = "{data}"\n'
        f'[run]\nout = "{tmp_path}/out"\n'
    )
    trained = shopper("train", config)
    assert "synthetic shoppers of version 1" in trained.stderr


def shopper(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)
