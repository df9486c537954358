"""`shopper run --cluster` as a person types it, on a real Ray with real browsers."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from shopper.cli import main
from tests.website import Website

SCRIPT = [
    {"type": "type_and_submit", "name": "*search*", "text": "mug"},
    {"type": "click", "name": "results.*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "lamp"},
    {"type": "terminate"},
]
CUSTOMERS = 8


@pytest.fixture
def policy(tmp_path: Path) -> str:
    path = tmp_path / "script.json"
    path.write_text(json.dumps(SCRIPT))
    return f"scripted:{path}"


def arguments(policy: str, *words: object) -> list[str]:
    run = ["run", "--customers", CUSTOMERS, "--no-screenshots", "--policy", policy]
    return [str(word) for word in (*run, *words)]


def steps_in(out: Path) -> int:
    return sum(p.read_bytes().count(b'"type":"step"') for p in (out / "sessions").glob("*.jsonl"))


def workers_of(run: psutil.Process) -> list[psutil.Process]:
    """The run's workers that have a browser."""
    found = [p for p in run.children(recursive=True) if "ray::Worker" in " ".join(p.cmdline()[:1])]
    return [p for p in found if any("headless" in c.name() for c in p.children(recursive=True))]


def wait_for(what: str, true: object, seconds: float = 60) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_stopped_then_resumed_with_a_worker_killed_nobody_is_lost_or_doubled(
    tmp_path: Path, policy: str
) -> None:
    out = tmp_path / "run"
    words = [sys.executable, "-m", "shopper"]
    words += arguments(policy, "--cluster", "local", "--workers", 2, "--concurrency", 2)
    words += ["--out", str(out)]
    with subprocess.Popen(words, stdout=-1, stderr=-1, text=True, start_new_session=True) as run:
        wait_for("two steps", lambda: steps_in(out) >= 2)
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does it: to everyone at once
        _, errors = run.communicate(timeout=40)
    assert run.returncode == 1, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    assert (out / "report.html").exists()
    kept = {name: (out / "sessions" / f"{name}.jsonl").read_bytes() for name in finished(out)}
    assert steps_in(out) >= 2
    assert len(kept) < CUSTOMERS

    before = steps_in(out)
    with subprocess.Popen([*words, "--resume"], stdout=-1, stderr=-1, text=True) as run:
        process = psutil.Process(run.pid)
        wait_for("a worker with a browser", lambda: workers_of(process))
        wait_for("new steps", lambda: steps_in(out) > before)
        victim = workers_of(process)[0]
        its_own = victim.children(recursive=True)
        victim.kill()
        said, errors = run.communicate(timeout=120)
    assert run.returncode == 0, errors
    assert f"{CUSTOMERS} visits" in said
    ends = finished(out)
    assert len(ends) == CUSTOMERS
    assert set(ends.values()) == {"terminate"}
    for path in (out / "sessions").iterdir():
        types = [json.loads(line)["type"] for line in path.read_bytes().splitlines()]
        assert types == ["session", *["step"] * len(SCRIPT), "end"], path
        if path.stem in kept:
            assert path.read_bytes() == kept[path.stem]
    card = read_card(RunFolder(out))
    assert (card.totals.sessions, card.totals.steps) == (CUSTOMERS, CUSTOMERS * len(SCRIPT))
    _, alive = psutil.wait_procs(its_own, timeout=10)
    assert not alive, "the killed worker's browser goes on"


def finished(out: Path) -> dict[str, str | None]:
    return {name: s.end for name, s in finished_sessions(RunFolder(out)).items()}


def refused(*words: object) -> tuple[int, str]:
    """Exit code of a run that is to fail, and what was said."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    assert "Traceback" not in said.getvalue()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.getvalue()


def test_an_address_nobody_listens_at_is_named(tmp_path: Path, policy: str) -> None:
    began = time.monotonic()
    code, said = refused(*arguments(policy, "--cluster", "127.0.0.1:9", "--out", tmp_path / "run"))
    assert code == 1
    assert "no Ray cluster at 127.0.0.1:9" in said
    assert time.monotonic() - began < 15
    assert not (tmp_path / "run").exists()


@pytest.fixture
def web_server() -> Iterator[str]:
    with Website({}) as site:
        yield f"127.0.0.1:{site.port}"


def test_an_address_where_something_else_listens_is_named(
    tmp_path: Path, policy: str, web_server: str
) -> None:
    code, said = refused(*arguments(policy, "--cluster", web_server, "--out", tmp_path / "run"))
    assert code == 1
    assert f"no Ray cluster at {web_server}" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--cluster", "ray://127.0.0.1:10001"], 1, "HOST:PORT"),
        (["--cluster", "nonsense"], 1, "HOST:PORT"),
        (["--cluster", "local", "--headed"], 2, "--headed"),
        (["--cluster", "local", "--out", "memory://run"], 2, "memory"),
        (["--cluster", "local", "--out", "nosuch://run"], 2, "nosuch"),
        (["--cluster", "local", "--variant", "default,default"], 2, "one side"),
        (["--workers", "2"], 2, "--cluster"),
        (["--out", "s3://bucket/run"], 2, "--cluster"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    policy: str, words: list[str], code: int, said: str
) -> None:
    got, sentence = refused(*arguments(policy, *words))
    assert got == code, sentence
    assert said in sentence


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["nobody", "scripted:gone.json"])
def test_a_policy_that_cannot_be_had_leaves_no_folder(tmp_path: Path, policy: str) -> None:
    out = tmp_path / "new" / "run"
    code, said = refused(*arguments(policy, "--cluster", "local", "--workers", 1, "--out", out))
    assert code == 2, said
    assert policy.removeprefix("scripted:") in said
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(
    policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    code, said = refused(*arguments(policy, "--cluster", "local", "--out", tmp_path / "run"))
    assert code == 1
    assert "pip install -c constraints.txt -e '.[cluster]'" in said
