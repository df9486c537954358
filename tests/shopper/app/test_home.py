"""Home: what it lists, how fast, the bin, and folders that are broken."""

from __future__ import annotations

import statistics
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from agent.runs.lock import locked
from tests.shopper.app.conftest import StartApp
from tests.shopper.app.folders import AT, a_run, many_runs

pytestmark = pytest.mark.slow


def test_the_newest_stand_first_and_every_state_is_told(
    tmp_path: Path, start_app: StartApp
) -> None:
    a_run(tmp_path / "older")
    a_run(tmp_path / "newer", started_at=AT + timedelta(days=1), finished_at=None)
    with locked(tmp_path / "newer"):
        app = start_app(tmp_path, "--port", "0")
        text = app.ask("/")[2]
    assert text.index("newer</bdi>") < text.index("older</bdi>")
    assert "state-running" in text and "state-done" in text
    assert "state-stopped" in app.ask("/")[2], "nobody is at work there any more"
    assert "newer</bdi>" not in app.ask("/?state=done")[2]
    assert "older</bdi>" not in app.ask("/?find=newer")[2]


def test_a_run_without_pictures_has_a_drawing(tmp_path: Path, start_app: StartApp) -> None:
    a_run(tmp_path / "plain")
    app = start_app(tmp_path)
    status, headers, text = app.ask("/picture/plain")
    assert status == 200 and headers["content-type"] == "image/svg+xml" and "<path" in text
    assert headers["cache-control"] == "no-store"  # a picture may still be taken


def test_five_hundred_runs_are_there_at_once(tmp_path: Path, start_app: StartApp) -> None:
    """In processor time of the server, which a busy machine does not lengthen."""
    many_runs(tmp_path, 500)
    app = start_app(tmp_path, "--port", "0")
    app.ask("/bin")  # templates are read once in the life of an app
    server = psutil.Process(app.process.pid)
    took = []
    for _ in range(5):
        before = server.cpu_times()
        status, _, text = app.ask("/")
        after = server.cpu_times()
        took.append(after.user + after.system - before.user - before.system)
        assert status == 200 and "500 runs and studies" in text
    assert took[0] < 0.6 and statistics.median(took) < 0.3, took
    assert "run-0499" in text and "run-0000" not in text
    assert "run-0000" in app.ask("/?page=17")[2]


def test_what_cannot_be_read_says_why(tmp_path: Path, start_app: StartApp) -> None:
    (a_run(tmp_path / "half") / "run.json").write_text('{"shopper_version": "0.1.0", "star')
    newer = (a_run(tmp_path / "newer") / "run.json").read_text()
    (tmp_path / "newer" / "run.json").write_text(newer.replace("{", '{"telepathy": true,', 1))
    (tmp_path / "nothing").mkdir()
    app = start_app(tmp_path, "--port", "0")
    text = app.ask("/")[2]
    assert text.count("state-unreadable") == 2 and "telepathy" in text and "nothing" not in text
    for name in ("half", "newer"):
        status, _, page = app.ask(f"/run/{name}")
        assert status == 200 and "cannot be read" in page.lower(), name
    assert "telepathy" in app.ask("/run/newer")[2]


def test_the_bin_gives_back_what_it_took(tmp_path: Path, start_app: StartApp) -> None:
    a_run(tmp_path / "one")
    app = start_app(tmp_path, "--port", "0")
    assert app.post("/bin", name="one")[0] == 303
    assert not (tmp_path / "one").exists() and "one</bdi>" in app.ask("/bin")[2]
    a_run(tmp_path / "one")
    assert app.post("/bin/back", name="one")[0] == 303
    assert (tmp_path / "one-2" / "run.json").is_file(), "the name was taken meanwhile"
    app.post("/bin", name="one")
    assert app.post("/bin/empty")[0] == 303
    assert not (tmp_path / ".shopper" / "bin").exists()
    listed = subprocess.run(
        [sys.executable, "-m", "shopper", "runs", tmp_path], capture_output=True, text=True
    )
    assert "one-2" in listed.stdout and ".shopper" not in listed.stdout


def test_nobody_throws_away_what_runs(tmp_path: Path, start_app: StartApp) -> None:
    a_run(tmp_path / "busy")
    app = start_app(tmp_path, "--port", "0")
    with locked(tmp_path / "busy"):
        status, _, text = app.post("/bin", name="busy")
    assert status == 409 and "Stop it first" in text and (tmp_path / "busy").is_dir()


def test_a_port_in_use_is_said(tmp_path: Path, start_app: StartApp) -> None:
    app = start_app(tmp_path, "--port", "0")
    done = subprocess.run(
        [sys.executable, "-m", "shopper", "app", tmp_path, "--port", str(app.port), "--no-open"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"port {app.port} is in use" in done.stderr and "Traceback" not in done.stderr


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "shopper", "app", tmp_path / "file", "--no-open"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and "is a file" in done.stderr
