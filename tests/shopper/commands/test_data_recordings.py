"""Importing recordings through the command: what it says, how it stops, and how it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agent.sessions.dataset import read_sessions
from agent.sources.kept import KeptResults
from agent.sources.rrweb.importer import ImportedRecording
from tests.agent.sources.rrweb.tapes import BLUE, FRONT, Tape

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOPPER = [sys.executable, "-m", "shopper", "data", "import"]
ROOT = str(Path(__file__).parents[3])


def shopper(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as it is typed in `folder`."""
    env = {**os.environ, "PYTHONPATH": ROOT}
    return subprocess.run(
        [*SHOPPER, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def export(path: Path, name: str, events: list[object]) -> None:
    data = {"id": name, "person": {"uuid": f"person of {name}"}, "snapshots": events}
    path.write_text(json.dumps({"version": "2023-04-28", "data": data}))


@pytest.fixture
def exports(rrweb, tmp_path) -> Path:
    """A folder of three exports."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("one", "two", "three"):
        tape = Tape().page("/", FRONT).press("name").types("name", "Ada Lovelace").leaves("name")
        tape.press("nothing").press("blue").page("/blue", BLUE).press("add")
        export(folder / f"{name}.json", name, tape.events)
    return folder


def test_an_import_that_meets_a_bad_file(exports, tmp_path):
    (exports / "bad.json").write_text("no recording")
    (exports / "notes.txt").write_text("nothing to do with it")
    options = ["posthog", "--path", "exports", "--out", "people.jsonl.zst"]
    stopped = shopper(tmp_path, *options)
    assert stopped.returncode == 2
    assert "bad.json is no recording" in stopped.stderr and "--skip-bad" in stopped.stderr
    assert not (tmp_path / "people.jsonl.zst").exists()
    done = shopper(tmp_path, *options, "--skip-bad", "--consent", "they agreed")
    assert done.returncode == 0, done.stderr
    sessions = list(read_sessions(tmp_path / "people.jsonl.zst"))
    assert [session.session_id for session in sessions] == ["one", "three", "two"]
    assert {session.source for session in sessions} == {"import:posthog"}
    assert len({session.user_id for session in sessions}) == 3
    assert all(session.versions["consent"] for session in sessions)
    assert "Lovelace" not in str(sessions)
    assert "people.jsonl.zst: 3 sessions, 12 steps of 3 users" in done.stdout
    assert "75.0% of what people did has a name: 9 of 12" in done.stdout
    assert "dropped: 3 clicks on something without a name" in done.stdout
    assert "1 bad recording passed over" in done.stderr
    assert not (tmp_path / "people.jsonl.zst.import").exists()


def test_an_import_that_is_stopped_goes_on(exports, tmp_path):
    options = ["rrweb", "--path", "exports", "--out", "people.jsonl", "--at-once", "1"]
    env = {**os.environ, "PYTHONPATH": ROOT}
    process = subprocess.Popen(
        [*SHOPPER, *options], cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True
    )
    kept = tmp_path / "people.jsonl.import"
    until = time.monotonic() + 90
    while not list(kept.glob("*.jsonl")) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert "of 3 files are done and kept in" in told and "the same command goes on" in told
    assert not (tmp_path / "people.jsonl").exists()
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("*.jsonl")}
    assert before
    done = shopper(tmp_path, *options)
    assert done.returncode == 0, done.stderr
    assert len(list(read_sessions(tmp_path / "people.jsonl"))) == 3
    assert "Nothing in these recordings says that the people agreed" in done.stderr


def test_what_is_mistyped_is_said(rrweb, tmp_path):
    wrong = shopper(tmp_path, "rweb", "--path", ".", "--out", "x.jsonl")
    assert (wrong.returncode, "Did you mean 'rrweb'?" in wrong.stderr) == (2, True)
    wrong = shopper(tmp_path, "rrweb", "--path", ".", "--out", "x.csv")
    assert wrong.returncode == 2 and "must end in one of" in wrong.stderr
    wrong = shopper(tmp_path, "rrweb", "--path", ".", "--out", "x.jsonl")
    assert wrong.returncode == 2 and "holds no recordings: no file in it ends in" in wrong.stderr


def test_results_of_a_file_are_kept_as_they_come(tmp_path):
    source = tmp_path / "a.json"
    source.write_text("x")
    kept = KeptResults(tmp_path / "out.jsonl", ImportedRecording, "settings")
    with suppress(KeyboardInterrupt), kept.of(source) as results:
        results.add(ImportedRecording(bad="first"))
        raise KeyboardInterrupt
    assert not kept.of(source).whole
    growing = next(kept.folder.glob("*.growing"))
    growing.write_bytes(growing.read_bytes() + b'{"bad": "cut o')
    with kept.of(source) as results:
        assert (results.count(), results.whole) == (1, False)
        results.add(ImportedRecording(bad="second"))
    assert [one.bad for one in kept.of(source).read()] == ["first", "second"]
    source.write_text("changed")
    assert not kept.of(source).whole
    assert not KeptResults(tmp_path / "out.jsonl", ImportedRecording, "other").of(source).whole
