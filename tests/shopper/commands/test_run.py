"""`shopper run` as a person types it: real processes, real browser, bad input included."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card, write_card
from agent.sessions.log import read_session_log

pytestmark = pytest.mark.browser

SCRIPT = [
    {"type": "type_and_submit", "name": "*search*", "text": "mug"},
    {"type": "click", "name": "results.*", "pick": "random"},
    {"type": "terminate", "reasoning": "Nothing here for me."},
]
LEAVE = [{"type": "terminate"}]


def arguments(*words: object) -> list[str]:
    return [sys.executable, "-m", "shopper", "run", *map(str, words)]


def script(folder: Path, steps: object = SCRIPT) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps(steps))
    return f"scripted:{path}"


def run(*words: object, timeout: float = 100) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments(*words), capture_output=True, text=True, timeout=timeout, check=False
    )


def test_a_run_leaves_everything_in_its_folder(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = run("--customers", 2, "--policy", script(tmp_path), "--out", out)
    assert done.returncode == 0, done.stderr
    assert "2 visits, 6 steps" in done.stdout
    assert str(out / "report.html") in done.stdout
    card = read_card(RunFolder(out))
    assert (card.totals.sessions, card.totals.terminate, card.totals.steps) == (2, 2, 6)
    for session in finished_sessions(RunFolder(out)).values():
        assert session.end == "terminate"
        assert session.intent
        for step in session.steps:
            assert step.screenshot is not None
            assert (out / step.screenshot).read_bytes()[:2] == b"\xff\xd8"
    assert "Nothing here for me." in (out / "report.html").read_text()


def test_a_folder_that_holds_a_run_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "run"
    policy = script(tmp_path, LEAVE)
    assert run("--customers", 1, "--policy", policy, "--out", out).returncode == 0
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    again = run("--customers", 1, "--policy", policy, "--out", out)
    assert again.returncode == 2
    assert "already holds a run" in again.stderr
    other = run("--customers", 1, "--seed", 5, "--policy", policy, "--out", out, "--resume")
    assert other.returncode == 2
    assert "seed 0, not 5" in other.stderr
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


def test_resume_keeps_finished_visits_and_makes_the_rest(tmp_path: Path) -> None:
    out, policy = tmp_path / "run", script(tmp_path)
    assert run("--customers", 2, "--policy", policy, "--out", out).returncode == 0
    kept, cut = sorted((out / "sessions").iterdir())
    cut.write_bytes(b"\n".join(cut.read_bytes().split(b"\n")[:2]) + b"\n")
    before = kept.read_bytes()
    told = msgspec.structs.replace(
        read_card(RunFolder(out)), refused={"ads.example": 3}, notes=("it was told before",)
    )
    told = msgspec.structs.replace(told, totals=msgspec.structs.replace(told.totals, seconds=1e6))
    write_card(RunFolder(out), told)
    done = run("--customers", 3, "--policy", policy, "--out", out, "--resume")
    assert done.returncode == 0, done.stderr
    assert kept.read_bytes() == before
    assert len(finished_sessions(RunFolder(out))) == 3
    card = read_card(RunFolder(out))
    assert (card.totals.sessions, card.customers) == (3, 3)
    assert (card.started_at, card.refused) == (told.started_at, told.refused)
    assert card.totals.seconds > 1e6 and "it was told before" in card.notes


def test_failed_visits_start_again_when_asked_for(tmp_path: Path) -> None:
    """A shop that is not there, and then is."""
    out, policy = tmp_path / "run", script(tmp_path, LEAVE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    words = (url, "--customers", 2, "--policy", policy, "--out", out)
    assert run(*words).returncode == 1
    kept = run(*words, "--resume")
    assert kept.returncode == 1, "failed visits are finished"
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<a href='/'>home</a>")
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        cwd=folder,
        stdout=-3,
        stderr=-3,
    ) as server:
        await_answer(port)
        done = run(*words, "--resume", "--retry-failed")
        server.terminate()
    assert done.returncode == 0, done.stderr
    assert read_card(RunFolder(out)).totals.terminate == 2
    aside = sorted((out / "sessions").glob("*.failed-1"))
    assert len(aside) == 2
    assert all((read_session_log(path).end or "").startswith("error") for path in aside)


def test_retry_failed_alone_says_what_it_needs(tmp_path: Path) -> None:
    done = run("--retry-failed", "--out", tmp_path / "run")
    assert done.returncode == 2
    assert "--resume" in done.stderr
    again = ["--resume", "--retry-failed", "--allow-purchase", "--out", tmp_path / "run"]
    done = run("https://shop.example/", *again)
    assert done.returncode == 2
    assert "would place another" in done.stderr
    again = ["--resume", "--allow-purchase", "--cluster", "local", "--out", "memory://run"]
    done = run("https://shop.example/", *again)
    assert done.returncode == 2
    assert "place another order" in done.stderr


def await_answer(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_keeps_what_it_has(tmp_path: Path, how: signal.Signals) -> None:
    out = tmp_path / "run"
    words = arguments("--customers", 500, "--policy", script(tmp_path), "--out", out)
    with subprocess.Popen(words, stdout=-1, stderr=-1, text=True) as process:
        await_steps(out, 2)
        process.send_signal(how)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "--resume" in errors and "those under way begin again" in " ".join(errors.split())
    assert "Traceback" not in errors
    sessions = [read_session_log(p) for p in (out / "sessions").iterdir()]
    assert sum(len(s.steps) for s in sessions) >= 2
    assert (out / "report.html").exists()


def await_steps(out: Path, count: int) -> None:
    """Returns once the logs of the run in `out` hold `count` steps."""
    deadline = time.monotonic() + 60
    while steps_in(out) < count:
        assert time.monotonic() < deadline, f"the run did not come to {count} steps"
        time.sleep(0.02)


def steps_in(out: Path) -> int:
    """Steps in the logs of the run in `out`, which may not have begun."""
    logs = (out / "sessions").glob("*.jsonl") if out.exists() else []
    return sum(path.read_bytes().count(b'"type":"step"') for path in logs)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--policy", "nobody"], 2, "no policy is called 'nobody'"),
        (["--customers", "0"], 2, "--customers"),
        (["--custmers", "3"], 2, "--customers"),
        (["file:///etc/passwd", "--policy", "LEAVE"], 2, "file:///etc/passwd"),
        (["javascript:alert(1)", "--policy", "LEAVE"], 2, "javascript:"),
        (["--resume"], 2, "--out"),
        (["--page-tokens", "12"], 2, "a number of 64 or more nor all"),
        (["--page-tokens", "whole"], 2, "a number of 64 or more nor all"),
        (["--see", "window"], 2, "--actions full"),
        (["--personas", "nowhere.jsonl"], 2, "nowhere.jsonl"),
        (["http://127.0.0.1:9/", "--policy", "LEAVE"], 1, "127.0.0.1:9"),
        (["http://no-such-host.invalid/", "--policy", "LEAVE"], 1, "no-such-host.invalid"),
    ],
)
def test_bad_input_is_told_in_one_sentence(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    policy = script(tmp_path, LEAVE)
    given = [policy if word == "LEAVE" else word for word in words]
    done = run(*given, *([] if "--resume" in given else ["--out", tmp_path / "run"]))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_stops_the_run_and_is_named(tmp_path: Path) -> None:
    out = tmp_path / "run"
    policy = script(tmp_path, LEAVE)
    assert run("--customers", 1, "--policy", policy, "--out", out).returncode == 0
    (out / "sessions" / "customer-0002.jsonl").symlink_to("/dev/full")
    done = run("--customers", 2, "--policy", policy, "--out", out, "--resume")
    assert done.returncode == 1
    assert os.strerror(errno.ENOSPC) in done.stderr
    assert read_session_log(out / "sessions" / "customer-0001.jsonl").end == "terminate"
