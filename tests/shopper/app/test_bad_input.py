"""What people get wrong, and what machines lack: each told in a sentence, on a page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from agent.personas.personas import Customer, new_session, sample_personas
from agent.runs.card import RunFolder
from agent.sessions.log import SessionLog
from agent.sessions.session import Result, Step
from envs.actions import Terminate
from shopper.make_report import make_report
from tests.shopper.app.conftest import StartApp
from tests.shopper.app.folders import CARD, a_run

pytestmark = pytest.mark.slow

NO_KEYS = {"ANTHROPIC_API_KEY": "", "OPENAI_API_KEY": ""}


def test_a_site_that_cannot_be_reached_is_said_before_anybody_is_sent(
    tmp_path: Path, start_app: StartApp
) -> None:
    app = start_app(tmp_path / "runs", "--port", "0")
    status, _, text = app.ask("/new?check=1&site=http://127.0.0.1:9/")
    assert status == 200 and "Nobody would get in" in text and "127.0.0.1:9" in text
    for site in ("javascript:alert(1)", "http://", "https://exa mple", "file:///etc/passwd"):
        _, _, text = app.ask(f"/new?check=1&site={site.replace(' ', '%20')}")
        assert 'role="alert"' in text and "Opening the shop" not in text, site


def test_a_model_without_a_key_says_which_and_where(tmp_path: Path, start_app: StartApp) -> None:
    app = start_app(tmp_path / "runs", "--port", "0", **NO_KEYS)
    text = app.ask("/new/start?policy=anthropic:claude-sonnet-4-5")[2]
    assert "ANTHROPIC_API_KEY" in text and "export ANTHROPIC_API_KEY" in text
    assert 'type="submit" disabled' in text
    status, headers, _ = app.post("/new/start", policy="anthropic:claude-sonnet-4-5")
    assert status == 303 and headers["location"].startswith("/new/start?")
    assert not (tmp_path / "runs").exists(), "nothing was started"


def test_a_folder_that_may_not_be_written_is_said(start_app: StartApp) -> None:
    """A place in which even root may make nothing."""
    app = start_app(Path("/sys/shopper-runs"), "--port", "0")
    status, _, text = app.post("/new/start", policy="synthetic")
    assert status == 500 and "nothing may be written to" in text and "/sys" in text
    assert "Traceback" not in text


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="no file system can be mounted here")
def test_the_last_disk_space_is_said(tmp_path: Path) -> None:
    """On a small disk of its own that is full: what is started, noted and moved says so."""
    disk = tmp_path / "disk"
    disk.mkdir()
    ask = Path(__file__).with_name("full_disk.py")
    inside = f"mount -t tmpfs -o size=64k tmpfs {disk} && {sys.executable} {ask} {disk}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", inside], capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("the disk is full: free some space") == 2, done.stdout


def test_what_a_study_lacks_is_said_where_it_can_be_mended(
    tmp_path: Path, start_app: StartApp
) -> None:
    app = start_app(tmp_path / "runs", "--port", "0")
    text = app.ask("/new/start?kind=study&t1/text=&t1/done=seen")[2]
    assert "give the study a title" in text and "task 1 needs words" in text
    assert "say what is seen" in text and "/new/task?" in text
    text = app.ask("/new/start?kind=study&title=x&t1/text=y&t1/done=seen&t1/url=*/cart*")[2]
    assert "an empty cart has it" in text.replace("\n", " ")
    assert "no policy is called" in app.ask("/new/start?other=telepathy")[2]
    assert (
        "synthetic customers must be told"
        in (app.ask("/new/start?site=https://shop.example&policy=synthetic")[2])
    )


def test_two_thousand_visits_open_at_once(tmp_path: Path, start_app: StartApp) -> None:
    """In processor time of the server: the page was written when the run was over."""
    root = a_run(tmp_path / "runs" / "many", customers=2000)
    folder = RunFolder(root)
    folder.sessions.mkdir()
    for number in range(2000):
        write_visit(folder, f"customer-{number:04}")
    make_report(root)
    app = start_app(tmp_path / "runs", "--port", "0")
    server = psutil.Process(app.process.pid)
    before = server.cpu_times()
    status, _, text = app.ask("/run/many")
    report = text.partition('src="/kept/')[2].partition('"')[0]
    shown, _, page = app.ask(f"/kept/{report}")
    after = server.cpu_times()
    assert status == shown == 200 and "2,000 customers" in page
    assert after.user + after.system - before.user - before.system < 1.0


def write_visit(folder: RunFolder, name: str) -> None:
    """One short visit: a look, and away."""
    session = new_session(
        Customer(1, name, sample_personas()[0][0], "a mug", 1),
        site="shop.example",
        policy="synthetic",
        versions=CARD.versions,
    )
    step = Step(
        index=0,
        timestamp=datetime.now(UTC),
        url="https://shop.example/",
        title="Shop",
        context="<h1>Shop</h1>",
        reasoning="Nothing for me.",
        action=Terminate(),
        result=Result(ok=True),
        kind="leave",
    )
    with SessionLog(folder.session_log(name), session) as log:
        log.step(step)
        log.end("terminate")
