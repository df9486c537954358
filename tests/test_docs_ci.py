"""The workflow of docs/ci.md: its steps, run as they stand against the embedded shop.

Not run are the actions that are GitHub's (`uses`), what needs `sudo`, and, but in the long test, the
installation, in whose place lies the environment that these tests run in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, re.S)[0])
(JOB,) = WORKFLOW["jobs"].values()
STEPS: list[dict[str, Any]] = JOB["steps"]
INSTALL = "Install Shopper"
STUDY = """title = "Preview"
site = "{site}"
[population]
customers = 2
[[tasks]]
id = "mug"
text = "Find a mug."
success = {{ url = "*search*" }}
"""
SEARCH = [
    {"type": "type_and_submit", "name": "*search*", "text": "mug"},
    {"type": "terminate", "reasoning": "I have seen the mugs."},
]


def run_steps() -> dict[str, str]:
    return {step["name"]: step["run"] for step in STEPS if "run" in step}


def test_it_is_a_workflow_that_asks_for_no_more_than_it_needs() -> None:
    assert WORKFLOW[True] == {"pull_request": None}  # YAML 1.1 reads `on` as a truth value
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert JOB["timeout-minutes"] <= 60
    for step in STEPS:
        assert ("uses" in step) != ("run" in step)
        assert "${{" not in step.get("run", ""), "what a change says must not become a command"
    for used in (step["uses"] for step in STEPS if "uses" in step):
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", used)


def test_what_is_kept_is_what_the_steps_write() -> None:
    (kept,) = [
        step["with"]["path"].split() for step in STEPS if "upload-artifact" in step.get("uses", "")
    ]
    written = re.findall(r"--(?:out|junit|summary) ([a-z]+)/", "".join(run_steps().values()))
    assert set(written) == set(kept)


class Runner:
    """Runs steps as a GitHub runner does: one `bash -e` each, with files for what they leave."""

    def __init__(self, workspace: Path, **environment: str) -> None:
        self.workspace = workspace
        self.summary = workspace / "summary.md"
        self.path = workspace / "path"
        self.summary.touch()
        self.path.touch()
        others = ("GITHUB_", "PYTHONPATH")  # a runner has not what these tests were started with
        ours = {k: v for k, v in os.environ.items() if not k.startswith(others)}
        self._environment = ours | environment | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_PATH": str(self.path),
        }  # fmt: skip

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        added = self.path.read_text().split("\n")[::-1]
        path = os.pathsep.join([*filter(None, added), os.environ["PATH"]])
        script = self.workspace / "step.sh"
        script.write_text(run_steps()[name])
        done = subprocess.run(
            ["bash", "-e", str(script)],
            cwd=self.workspace,
            env=self._environment | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, (name, done.stdout[-2000:], done.stderr[-2000:])
        return done


def prepared(folder: Path, shop: str) -> Runner:
    """A workspace with a study in it, whose customers follow a script."""
    (folder / "script.json").write_text(json.dumps(SEARCH))
    (folder / "study.toml").write_text(STUDY.format(site=shop))
    return Runner(folder, SHOP=shop, POLICY=f"scripted:{folder / 'script.json'}")


def check_results(runner: Runner) -> None:
    folder = runner.workspace
    cases = {
        name: [
            case.get("name")
            for case in ET.parse(folder / "reports" / f"{name}.xml").iter("testcase")
        ]
        for name in ("customers", "study")
    }
    assert cases["customers"] == ["visits", "--fail-if error>20%", "--fail-if stuck>50%"]
    assert cases["study"] == ["mug"]
    assert "8 left" in (folder / "reports" / "customers.md").read_text()
    page = runner.summary.read_text()
    assert page.count("\n## ") + page.startswith("## ") == 2
    assert (folder / "runs" / "customers" / "report.html").is_file()
    assert (folder / "runs" / "study" / "study.html").is_file()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_its_steps_run_as_they_stand(tmp_path: Path, shop: Any) -> None:
    runner = prepared(tmp_path, shop.url)
    programs = tmp_path / "shopper" / ".venv" / "bin"
    programs.mkdir(parents=True)
    ours = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    (programs / "shopper").write_text(
        f'#!/bin/sh\nPYTHONPATH="{ours}" exec "{sys.executable}" -m shopper "$@"\n'
    )
    (programs / "shopper").chmod(0o755)
    for name, lines in run_steps().items():
        if name != INSTALL and not lines.startswith("sudo "):
            runner.run(name)
    check_results(runner)


def test_the_installation_calls_what_is_there() -> None:
    words = run_steps()[INSTALL].split()
    assert words[0].startswith("shopper/")
    program = ROOT / words[0].removeprefix("shopper/")
    assert os.access(program, os.X_OK)
    assert (
        f"usage: {words[0].removeprefix('shopper/')} "
        in "usage: " + program.with_suffix(".py").read_text().partition("usage: ")[2]
    )
    assert f'"{words[1]}"' in program.with_suffix(".py").read_text()


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_all_of_it_with_an_installation_of_its_own(tmp_path: Path, shop: Any) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (tmp_path / "shopper" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "shopper" / name)
    runner = prepared(tmp_path, shop.url)
    for name, lines in run_steps().items():
        if not lines.startswith("sudo "):
            runner.run(name)
    check_results(runner)
