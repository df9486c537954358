"""What an earlier version began goes on, and its seeds still give the same customers: with a
browser and the embedded shop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.compat.expected import unpack
from tests.compat.facts import Shopper, visits
from tests.compat.make import EMBEDDED

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAME = f"run {' '.join(EMBEDDED)}"


def logs(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((run / "sessions").iterdir())}


def did(shopper: Shopper, run: Path) -> Any:
    """What the customers of a run did, and why."""
    shopper("data", "convert", run.name, "--out", f"{run.name}.jsonl")
    return visits(run.with_name(f"{run.name}.jsonl").read_text("utf-8").splitlines())


def test_a_killed_run_goes_on_to_what_the_whole_one_was(
    shopper_process: Shopper,
    files: Path,
    tmp_path: Path,
    determinism: Any,
    determinism_before: Any,
) -> None:
    """The visit that was over stays as it was; those begun again are of the shoppers of today."""
    unpack(files / "runs.zip", tmp_path)
    run = tmp_path / "killed-run"
    before, card = logs(run), json.loads((run / "run.json").read_text("utf-8"))
    shopper_process("run", *EMBEDDED, "--no-screenshots", "--out", "killed-run", "--resume")
    assert logs(run)["customer-0001.jsonl"] == before["customer-0001.jsonl"]
    today = determinism[SAME][1:]
    assert did(shopper_process, run) == [determinism_before[SAME][0], *today]
    now = json.loads((run / "run.json").read_text("utf-8"))
    assert (now["started_at"], now["customers"]) == (card["started_at"], 3)
    ends = {key: now["totals"][key] for key in ("sessions", "purchase", "terminate", "limit")}
    assert ends["sessions"] == 3
    for end in ("purchase", "terminate", "limit"):
        first = determinism_before[SAME][0][2]
        assert ends[end] == [first, *(visit[2] for visit in today)].count(end)


def test_a_visit_that_failed_is_begun_again_when_asked_for(
    shopper_process: Shopper, files: Path, tmp_path: Path
) -> None:
    unpack(files / "runs.zip", tmp_path)
    run = tmp_path / "failed-run"
    before = logs(run)
    (tmp_path / "script.json").write_text('[{"type": "terminate", "reasoning": "Not today."}]')
    words = ("--policy", "scripted:script.json", "--customers", 2, "--no-screenshots")
    shopper_process("run", *words, "--out", "failed-run", "--resume")
    assert logs(run) == before, "a visit that failed is over"
    shopper_process("run", *words, "--out", "failed-run", "--resume", "--retry-failed")
    now = logs(run)
    assert now["customer-0001.jsonl"] == before["customer-0001.jsonl"]
    assert now["customer-0002.jsonl.failed-1"] == before["customer-0002.jsonl"]
    assert [visit[2] for visit in did(shopper_process, run)] == ["terminate", "terminate"]


def test_a_run_is_replayed(shopper_process: Shopper, files: Path, tmp_path: Path) -> None:
    unpack(files / "runs.zip", tmp_path)
    words = ("--customers", 3, "--max-steps", 6, "--no-screenshots", "--out", "again")
    shopper_process("run", "--policy", "replay:embedded-run", *words)
    again, before = (did(shopper_process, tmp_path / run) for run in ("again", "embedded-run"))
    assert [(one[2], one[3]) for one in again] == [(one[2], one[3]) for one in before]


def test_what_is_finished_is_not_begun_again(
    shopper_process: Shopper, files: Path, tmp_path: Path
) -> None:
    """Two sides and a study, resumed: their definitions are known as the same."""
    unpack(files / "runs.zip", tmp_path)
    unpack(files / "studies.zip", tmp_path)
    places = [tmp_path / "ab-run" / "a", tmp_path / "ab-run" / "b", tmp_path / "study-embedded"]
    before = [logs(place) for place in places]
    sides = ("--variant", "default,late-price", "--policy", "synthetic", "--seed", 4)
    some = ("--customers", 4, "--max-steps", 4, "--no-screenshots", "--out", "ab-run", "--resume")
    shopper_process("run", *sides, *some)
    study = ("own.toml", "--no-screenshots", "--out", tmp_path / "study-embedded", "--resume")
    shopper_process("study", *study)
    assert [logs(place) for place in places] == before


def test_a_seed_gives_the_same_visits(
    shopper_process: Shopper, tmp_path: Path, determinism: Any
) -> None:
    shopper_process("run", *EMBEDDED, "--no-screenshots", "--out", "run")
    assert did(shopper_process, tmp_path / "run") == determinism[SAME]
    command = "simulate --sessions 5 --seed 5"
    shopper_process(*command.split(), "--out", "sessions.jsonl")
    lines = (tmp_path / "sessions.jsonl").read_text("utf-8").splitlines()
    assert visits(lines) == determinism[command]


def test_old_personas_shop(shopper_process: Shopper, files: Path, tmp_path: Path) -> None:
    unpack(files / "data.zip", tmp_path)
    (tmp_path / "script.json").write_text('[{"type": "terminate"}]')
    words = ("--customers", 5, "--policy", "scripted:script.json", "--no-screenshots")
    shopper_process("run", "--personas", "personas.jsonl", *words, "--out", "run")
    rows = map(json.loads, (tmp_path / "personas.jsonl").read_text("utf-8").splitlines())
    written = {row["id"]: row for row in rows}
    for log in logs(tmp_path / "run").values():
        session = json.loads(log.split(b"\n")[0])
        persona = {**session["persona"], "intent": session["intent"]}
        assert written.pop(session["persona"]["id"]) == persona
    assert not written
