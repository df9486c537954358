"""The sitting on a GPU, with tiny shapes on a CPU: each stage writes what it found, the clock ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from agent.models import embedded, fetch_embedded
from bench.gpu.context import Context
from bench.gpu.stages import STAGES
from bench.gpu.summary import summary

ROOT = Path(__file__).parents[2]


def sitting(out: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.gpu", "--out", str(out), "--tiny", *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=ROOT, check=True, timeout=280, env=environment)
    found: dict[str, Any] = json.loads((out / "results.json").read_text())
    return found


@pytest.mark.slow
def test_without_time_everything_is_skipped_and_said(tmp_path: Path) -> None:
    found = sitting(tmp_path, "--deadline", "5")
    assert found["stages"].keys() == {stage.name for stage in STAGES}
    assert all("seconds were left" in stage["skipped"] for stage in found["stages"].values())
    assert "skipped: 0 seconds were left" in (tmp_path / "summary.md").read_text()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_stages_leave_their_results(tmp_path: Path) -> None:
    names = ("exactness", "smollm2-packed", "train-plain")
    found = sitting(tmp_path, "--deadline", "270", "--only", *names)["stages"]
    assert found["exactness"]["all_ok"], found["exactness"]
    assert found["smollm2-packed"]["rate"] > 0
    assert found["train-plain"]["skipped"] == "needs --data and --gguf"
    told = (tmp_path / "summary.md").read_text()
    assert "| smollm2-packed |" in told and "100,000 tokens/s" in told


def test_what_fails_or_is_stopped_is_a_row() -> None:
    stages = {"a": {"failed": "OutOfMemoryError: x"}, "b": {"stopped": "after 60 seconds"}}
    told = summary({"stages": stages, "tiny": False, "seconds": 600})
    assert "- a: failed: OutOfMemoryError: x" in told and "- b: stopped: after 60 seconds" in told


@pytest.mark.long
@pytest.mark.model
def test_the_models_file_may_come_in_two_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench.gpu import smollm2

    whole = fetch_embedded().gguf.read_bytes()
    halves = (tmp_path / "a", tmp_path / "b")
    halves[0].write_bytes(whole[: len(whole) // 2])
    halves[1].write_bytes(whole[len(whole) // 2 :])
    monkeypatch.setenv("SHOPPER_CACHE", str(tmp_path / "cache"))
    assert embedded.find_embedded() is None
    made = smollm2._embedded(Context(tmp_path, 60, False, None, halves))
    assert made.facts.window == 8192 and made.gguf.read_bytes() == whole
