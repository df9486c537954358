"""`shopper runs`: what lies in a folder, whole or broken, few or thousands."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.runs.card import RunTotals
from shopper.cli import shopper
from shopper.run_list import Entry, entries
from tests.shopper.app.folders import AT, a_run


def listed(folder: Path) -> dict[str, Entry]:
    return {one.name: one for one in entries(folder)}


def test_each_kind_is_told_with_its_outcome(tmp_path: Path) -> None:
    a_run(tmp_path / "run")
    a_run(tmp_path / "ab" / "a")
    a_run(tmp_path / "ab" / "b", totals=RunTotals(sessions=3, terminate=3))
    study = a_run(tmp_path / "study")
    (study / "definition.json").write_text('{"population":{"customers":3,"device":"phone"}}')
    rows = [{"outcome": o, "task": "t"} for o in ("done", "done", "gave-up", "failed")]
    found = [{"severity": s, "title": "t"} for s in ("high", "low")]
    (study / "study.json").write_text(json.dumps({"results": rows, "findings": found, "pages": []}))
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "results.json").write_text(json.dumps(
        {"policy": "smollm2", "sessions": 100, "exact_match": {"session_macro": {"value": 0.27}}}))  # fmt: skip
    assert {
        name: (one.kind, one.customers, one.outcome) for name, one in listed(tmp_path).items()
    } == {
        "run": ("run", 3, "1 bought, 2 left"),
        "ab": ("comparison", 3, "a: 1 bought, 2 left; b: 3 left"),
        "study": ("study", 3, "2 of 3 visits did it, 2 findings (1 high)"),
        "bench": ("benchmark", 100, "smollm2: exact match 27.0 %"),
    }


def test_work_that_is_not_over_says_so(tmp_path: Path) -> None:
    a_run(tmp_path / "stopped", customers=9)
    a_run(tmp_path / "going", customers=9, finished_at=None)
    study = a_run(tmp_path / "study")
    (study / "definition.json").write_text('{"population":{"customers":3}}')
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "bench.json").write_text("{}")
    found = {name: one.outcome for name, one in listed(tmp_path).items()}
    assert found == {
        "stopped": "stopped: 3 of 9 visits have finished (1 bought, 2 left)",
        "going": "not over: 3 of 9 visits have finished; it is at work, or was killed (1 bought, 2 left)",
        "study": "not analysed yet: 1 bought, 2 left",
        "bench": "has no results yet",
    }


def test_broken_folders_are_named_and_hinder_nobody(tmp_path: Path) -> None:
    a_run(tmp_path / "good")
    for name, file, text in (
        ("half", "run.json", '{"format":"2","shopp'),
        ("another", "run.json", "[]"),
        ("empty-card", "run.json", ""),
        ("bench", "results.json", '{"policy":"p","sessions":1,"exact_match":{}}'),
        ("half-study", "definition.json", '{"population":{"customers":3}}'),
        ("deep", "run.json", "[" * 200_000),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    a_run(tmp_path / "ab" / "a")
    (tmp_path / "ab" / "b").mkdir()
    (tmp_path / "ab" / "b" / "run.json").write_text("{")
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "run.json")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "notes.txt").write_text("a file")
    (tmp_path / "nothing").mkdir()
    found = listed(tmp_path)
    assert found.pop("good").kind == "run"
    assert {found.pop(name).kind for name in ("pipe", "nothing")} == {"other"}
    assert set(found) == {"half", "another", "empty-card", "bench", "half-study", "deep", "ab"}
    assert {one.kind for one in found.values()} == {"broken"}
    assert all(one.outcome and "\n" not in one.outcome for one in found.values())


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes text only")
    shutil.copy(a_run(tmp_path / "run") / "run.json", folder)
    done = CliRunner().invoke(shopper, ["runs", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    assert {one["name"] for one in json.loads(done.output)} == {"run", "caf\ufffd"}


def test_the_latest_comes_first_and_size_is_all_that_lies_there(tmp_path: Path) -> None:
    a_run(tmp_path / "old", started_at=AT.replace(year=2025))
    new = a_run(tmp_path / "new")
    (new / "screenshots" / "one").mkdir(parents=True)
    (new / "screenshots" / "one" / "1.jpg").write_bytes(b"x" * 250_000)
    (tmp_path / "none").mkdir()
    first, second, third = entries(tmp_path)
    assert [first.name, second.name, third.name] == ["new", "old", "none"]
    assert first.bytes == 250_000 + (new / "run.json").stat().st_size
    shown = CliRunner().invoke(shopper, ["runs", str(tmp_path)]).output.splitlines()
    assert shown[0].split() == ["name", "kind", "when", "customers", "outcome", "size"]
    assert shown[1].startswith("new") and shown[1].rstrip().endswith("0.3 MB")
    assert [one.name for one in entries(new)] == ["new"]


def test_where_there_is_nothing_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(shopper, ["runs"])
    assert (done.exit_code, done.output) == (0, "no runs in runs yet; `shopper run` makes one\n")
    assert CliRunner().invoke(shopper, ["runs", "--json"]).output == "[]\n"
    done = CliRunner().invoke(shopper, ["runs", "nowhere"])
    assert done.exit_code == 2


@pytest.mark.slow
def test_thousands_are_listed_in_seconds(tmp_path: Path) -> None:
    card = (a_run(tmp_path / "0") / "run.json").read_bytes()
    for n in range(1, 5000):
        folder = tmp_path / str(n)
        (folder / "sessions").mkdir(parents=True)
        (folder / "run.json").write_bytes(card)
        (folder / "sessions" / "customer-0001.jsonl").write_bytes(b"{}\n" * 1000)
    began = time.process_time()
    assert len(entries(tmp_path)) == 5000
    assert time.process_time() - began < 10
