"""What a run survives: killed with everything, its browser killed, a full disk, a second run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.session import Session
from envs.actions import encode_action
from tests.shopper.commands.test_run import arguments, await_steps, run, script, steps_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="kills by signal"),
]

WALK = [
    {"type": "type_and_submit", "name": "*search*", "text": "mug"},
    {"type": "click", "name": "results.*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "lamp"},
    {"type": "click", "name": "results.*", "pick": "random"},
    {"type": "terminate", "reasoning": "Nothing here for me."},
]


def done(sessions: dict[str, Session]) -> dict[str, tuple[str | None, list[str]]]:
    """What each customer did, and how it ended."""
    return {
        key: (session.end, [encode_action(step.action) for step in session.steps])
        for key, session in sessions.items()
    }


def kill_everything(pid: int) -> None:
    """The run and all that it started, at once and without a word."""
    run_itself = psutil.Process(pid)
    for process in (run_itself, *run_itself.children(recursive=True)):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


@pytest.mark.slow
@pytest.mark.parametrize("who", ["scripted", pytest.param("synthetic", marks=pytest.mark.long)])
def test_a_run_killed_with_everything_goes_on_as_if_nothing_had_been(
    who: str, tmp_path: Path
) -> None:
    policy = script(tmp_path, WALK) if who == "scripted" else "synthetic"
    words = ("--customers", 4, "--concurrency", 2, "--seed", 4, "--policy", policy)
    words = (*words, "--no-screenshots")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert run(*words, "--out", whole).returncode == 0
    for count in (2, 8):
        again = ["--resume"] if cut.exists() else []
        command = arguments(*words, "--out", cut, *again)
        with subprocess.Popen(command, stdout=-3, stderr=-3) as process:
            await_steps(cut, count)
            kill_everything(process.pid)
    before = {
        p: p.read_bytes() for p in (cut / "sessions").iterdir() if b'"type":"end"' in p.read_bytes()
    }
    last = run(*words, "--out", cut, "--resume")
    assert last.returncode == 0, last.stderr
    assert done(finished_sessions(RunFolder(cut))) == done(finished_sessions(RunFolder(whole)))
    assert {p: p.read_bytes() for p in before} == before
    assert read_card(RunFolder(cut)).totals.sessions == 4


@pytest.mark.slow
def test_a_browser_killed_again_and_again_costs_nobody_their_visit(tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ("--customers", 4, "--concurrency", 2, "--policy", script(tmp_path, WALK))
    command = arguments(*words, "--no-screenshots", "--out", out)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=-1, text=True) as process:
        for _ in range(2):
            await_steps(out, steps_in(out) + 1)
            assert _kill_browsers(process.pid)
        _, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    sessions = finished_sessions(RunFolder(out))
    assert [s.end for s in sessions.values()] == ["terminate"] * 4
    assert all(len(s.steps) == 5 for s in sessions.values())
    assert any("ended by itself" in note for note in read_card(RunFolder(out)).notes)


def _kill_browsers(pid: int) -> int:
    """How many processes of browsers that the run started were killed."""
    killed = 0
    for process in psutil.Process(pid).children(recursive=True):
        try:
            words = process.cmdline()
            if any("--host-resolver-rules" in word for word in words):
                process.kill()
                killed += 1
        except psutil.Error:
            continue
    return killed


def test_a_second_run_is_kept_out_of_the_folder_of_the_first(tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ("--customers", 300, "--no-screenshots", "--policy", script(tmp_path, WALK))
    with subprocess.Popen(arguments(*words, "--out", out), stdout=-3, stderr=-3) as first:
        await_steps(out, 1)
        second = run(*words, "--out", out, "--resume")
        assert second.returncode == 2
        assert "another run is writing into" in second.stderr
        first.send_signal(signal.SIGINT)
        first.wait(30)


def _can_mount() -> bool:
    """Whether a small file system of our own may be mounted here."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="no file system can be mounted here")
def test_a_disk_that_fills_up_keeps_what_is_on_it_and_the_run_goes_on_elsewhere(
    tmp_path: Path,
) -> None:
    disk, saved = tmp_path / "disk", tmp_path / "saved"
    disk.mkdir()
    policy = script(tmp_path, WALK)
    words = ["--customers", "5", "--concurrency", "1", "--no-screenshots", "--policy", policy]
    inside = (
        f"mount -t tmpfs -o size=100k tmpfs {disk} && "
        f"{sys.executable} -m shopper run {' '.join(words)} --out {disk}/run; code=$?; "
        f"cp -r {disk}/run {saved}; exit $code"
    )
    filled = subprocess.run(
        ["unshare", "-rm", "sh", "-c", inside],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert filled.returncode == 1, filled.stderr
    assert os.strerror(28) in filled.stderr
    assert "--resume" in filled.stderr
    kept = finished_sessions(RunFolder(saved))
    assert 0 < len(kept) < 5
    assert run(*words, "--out", saved, "--resume").returncode == 0
    after = finished_sessions(RunFolder(saved))
    assert {key: after[key] for key in kept} == kept
    assert [s.end for s in after.values()] == ["terminate"] * 5


@pytest.mark.parametrize("words", [["0"], ["10000"], ["many"]])
def test_an_impossible_number_at_once_is_refused(words: list[str], tmp_path: Path) -> None:
    refused = run("--concurrency", *words, "--out", tmp_path / "run")
    assert refused.returncode == 2
    assert "--concurrency" in refused.stderr
    assert not (tmp_path / "run").exists()
