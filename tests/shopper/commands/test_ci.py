"""What `shopper run` and `shopper study` tell continuous integration, with real customers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.shopper import lamps
from tests.shopper.lamps import SHOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LEAVE = [{"type": "terminate", "reasoning": "Nothing here for me."}]
STUDY = (
    lamps.STUDY
    + """[[tasks]]
id = "card"
text = "Find the gift cards."
success = {{ url = "*/cards" }}
"""
)


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., str]:
    def write(steps: object) -> str:
        (tmp_path / "script.json").write_text(json.dumps(steps))
        return f"scripted:{tmp_path / 'script.json'}"

    return write


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "shopper", *map(str, words)]


def shopper(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    outside = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=200, env=outside | variables
    )


def cases(path: Path) -> dict[str, str]:
    """What became of each case: the name of its element, or ``passed``."""
    suites = ET.fromstring(path.read_bytes())
    return {
        str(case.get("name")): next((e.tag for e in case if e.tag != "system-out"), "passed")
        for case in suites.iter("testcase")
    }


def test_a_run_says_the_same_in_every_form(
    tmp_path: Path, serve: Callable[..., str], script: Callable[..., str]
) -> None:
    out, summary = tmp_path / "run", tmp_path / "s.md"
    held = ("--fail-if", "left>0.5", "--fail-if", "error>0")
    told = ("--junit", out / "junit.xml", "--summary", summary, "--json", "--no-screenshots")
    done = shopper(
        *("run", serve(SHOP), "--customers", 2, "--policy", script(LEAVE), "--out", out),
        *held,
        *told,
        GITHUB_ACTIONS="true",
    )
    assert done.returncode == 1
    assert cases(out / "junit.xml") == {
        "visits": "passed", "--fail-if left>0.5": "failure", "--fail-if error>0": "passed"}  # fmt: skip
    verdicts = json.loads(done.stdout)["verdicts"]
    assert [(one["condition"], one["failed"], one["value"]) for one in verdicts] == [
        ("left>0.5", True, 1.0),
        ("error>0", False, 0.0),
    ]
    assert "| fails | left\\>0.5 | left was 1 (2 of 2 visits) |" in summary.read_text()
    said = done.stderr.splitlines()
    assert (
        sum(line.startswith("::error title=shopper run%3A --fail-if left>0.5::") for line in said)
        == 1
    )
    assert (
        sum(" begins" in line for line in said) == sum(line.startswith("[") for line in said) == 2
    )


def test_two_sides_have_their_conditions_apart(
    tmp_path: Path, serve: Callable[..., str], script: Callable[..., str]
) -> None:
    words = ("--customers", 1, "--policy", script(LEAVE), "--out", tmp_path / "ab")
    done = shopper(
        *("run", serve(SHOP), serve(SHOP), *words, "--no-screenshots", "--json"),
        *("--junit", tmp_path / "j.xml", "--fail-if", "left>0.5"),
    )
    assert done.returncode == 1
    assert "side a fails" in done.stderr and "side b fails" in done.stderr
    assert [(one["about"], one["failed"]) for one in json.loads(done.stdout)["verdicts"]] == [
        ("side a", True),
        ("side b", True),
    ]
    assert len(list(ET.fromstring((tmp_path / "j.xml").read_bytes()).iter("failure"))) == 2


def test_visits_that_all_failed_are_an_error_and_judge_nothing(
    tmp_path: Path, serve: Callable[..., str], script: Callable[..., str]
) -> None:
    policy = script([{"type": "click", "name": "nowhere"}])
    done = shopper(
        *("run", serve(SHOP), "--customers", 2, "--policy", policy, "--out", tmp_path / "run"),
        *("--fail-if", "left>0.5", "--junit", tmp_path / "j.xml", "--summary", tmp_path / "s.md"),
    )
    assert done.returncode == 1
    assert cases(tmp_path / "j.xml") == {"visits": "error", "--fail-if left>0.5": "skipped"}
    assert "all 2 visits failed" in (tmp_path / "s.md").read_text()


def test_a_site_that_is_not_there_is_an_error(tmp_path: Path, script: Callable[..., str]) -> None:
    junit = tmp_path / "j.xml"
    junit.write_text("<testsuites/>")
    words = ("--customers", 1, "--policy", script(LEAVE), "--out", tmp_path / "run")
    done = shopper("run", "http://127.0.0.1:9/", *words, "--junit", junit)
    assert done.returncode == 1
    assert cases(junit) == {"visits": "error"}
    assert "127.0.0.1:9" in junit.read_text()


def test_a_run_that_is_stopped_before_anybody_has_finished_is_an_error(
    tmp_path: Path, serve: Callable[..., str], script: Callable[..., str]
) -> None:
    look = [{"type": "click", "name": "red_lamp"}, {"type": "click", "name": "nothing"}]
    out, junit = tmp_path / "run", tmp_path / "j.xml"
    slow = {
        "/": SHOP["/"],
        "/red": "<script>setInterval(()=>document.title+='.',50)</script><h1>Red</h1>",
    }
    words = ("--customers", 200, "--policy", script(look), "--out", out, "--junit", junit)
    with subprocess.Popen(
        command("run", serve(slow), *words), stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while not list((out / "sessions").glob("*.jsonl")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert cases(junit) == {"visits": "error"}
    assert "--resume" in junit.read_text() and "--resume" in errors


def test_a_file_that_cannot_be_written_is_said_before_anybody_shops(
    tmp_path: Path, script: Callable[..., str]
) -> None:
    (tmp_path / "file").write_text("")
    for words in (
        ("run", "http://127.0.0.1:9/"),
        ("study", written(tmp_path, "http://127.0.0.1:9/", script)),
    ):
        done = shopper(
            *words,
            "--policy",
            script(LEAVE),
            "--out",
            tmp_path / "run",
            "--junit",
            tmp_path / "file" / "j.xml",
        )
        assert done.returncode == 2
        assert "--junit" in done.stderr and "cannot be written" in done.stderr
        assert not (tmp_path / "run").exists()


def written(folder: Path, site: str, script: Callable[..., str]) -> Path:
    look = [{"type": "click", "name": "red_lamp"}, {"type": "terminate"}]
    policy = script(look)
    path = folder / "study.toml"
    path.write_text(STUDY.format(site=site, script=policy.removeprefix("scripted:")))
    return path


def test_a_study_has_a_case_for_each_task(
    tmp_path: Path, serve: Callable[..., str], script: Callable[..., str]
) -> None:
    step = tmp_path / "step.md"
    step.touch()
    file = written(tmp_path, serve(SHOP), script)
    done = shopper(
        *("study", file, "--out", tmp_path / "out", "--junit", tmp_path / "j.xml", "--json"),
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(step),
    )
    assert done.returncode == 0, done.stderr
    assert cases(tmp_path / "j.xml") == {"lamp": "passed", "card": "passed"}
    texts = [
        e.text or "" for e in ET.fromstring((tmp_path / "j.xml").read_bytes()).iter("system-out")
    ]
    assert texts[0].startswith("2 of 2 did it") and texts[1].startswith("0 of 2 did it")
    assert json.loads(done.stdout)["verdicts"] == []
    assert "### Tasks" in step.read_text()
    again = shopper("study", tmp_path / "out", "--summary", tmp_path / "s.md")
    assert again.returncode == 0, again.stderr
    assert "## Lamps" in (tmp_path / "s.md").read_text()
