"""Set-up: steps are done once, failures are shown, two set-ups take turns, versions are pinned.

That it works from a bare clone is what every continuous integration run starts with.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import chromium
import pin
import pytest
import setup
from packaging.requirements import Requirement
from steps import Made, StepFailed, Steps, run_quietly

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([a-z0-9][a-z0-9-]*)==([^\s;+]+)")


@pytest.fixture
def work(tmp_path):
    """Work that makes a file and counts how often it was done."""
    made = tmp_path / "made"
    done: list[str] = []

    def do() -> Made:
        done.append("done")
        made.write_text("x")
        return Made("a file", made)

    do.done = done
    do.made = made
    return do


def test_a_step_is_done_once_for_the_same_inputs(tmp_path, work, capsys):
    for _ in range(2):
        steps = Steps(tmp_path / "stamps")
        steps.do("thing", "key", work)
    assert len(work.done) == 1
    assert steps.done == 0
    assert "thing ........ a file" in capsys.readouterr().out


def test_a_step_is_done_again_for_other_inputs_or_when_its_result_is_gone(tmp_path, work):
    steps = Steps(tmp_path / "stamps")
    steps.do("thing", "key", work)
    steps.do("thing", "other key", work)
    assert len(work.done) == 2
    work.made.unlink()
    steps.do("thing", "other key", work)
    assert len(work.done) == 3
    (tmp_path / "stamps" / "thing.json").write_text("{ half a sta")
    steps.do("thing", "other key", work)
    assert len(work.done) == 4


def test_more_covers_less_but_not_the_other_way(tmp_path, work):
    steps = Steps(tmp_path / "stamps")
    steps.do("packages", "key", work, covers=("train", "test"))
    steps.do("packages", "key", work)
    steps.do("packages", "key", work, covers=("test",))
    assert len(work.done) == 1
    steps.do("packages", "key", work, covers=("docs",))
    assert len(work.done) == 2


def test_a_failed_step_leaves_no_stamp_and_shows_what_the_command_printed(tmp_path):
    def fail() -> Made:
        run_quietly([sys.executable, "-c", "import sys; print('out'); sys.exit('the reason')"])
        raise AssertionError("not reached")

    steps = Steps(tmp_path / "stamps")
    with pytest.raises(StepFailed, match=r"exit code 1(?s:.*)out\n  the reason"):
        steps.do("thing", "key", fail)
    assert not (tmp_path / "stamps" / "thing.json").exists()
    with pytest.raises(StepFailed, match="/nowhere/program does not start"):
        run_quietly(["/nowhere/program"])


@pytest.mark.slow
def test_two_set_ups_take_turns(tmp_path):
    """Each notes when it is in and when it is out; the notes of the two never interleave."""
    notes = tmp_path / "notes"
    code = (
        "import os, sys, time; sys.path.insert(0, sys.argv[1]); import setup\n"
        "def note(text):\n"
        "    with open(sys.argv[2], 'a') as file: file.write(text)\n"
        "with setup.only_one():\n"
        "    note('<'); time.sleep(0.3); note('>')\n"
    )
    command = [sys.executable, "-c", code, str(ROOT / "scripts"), str(notes)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = "".join(process.communicate()[0] for process in both)
    assert notes.read_text() == "<><>"
    assert told.count("waiting for another set-up") == 1


def run_setup(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "setup"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env})


def test_an_unusable_python_is_named():
    shown = run_setup("run", PYTHON="/nowhere/python")
    assert shown.returncode == 1
    assert "PYTHON=/nowhere/python is not a Python 3.11" in shown.stderr


def test_without_any_python_it_says_which_to_install(tmp_path):
    shown = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts" / "setup"), "run"],
        capture_output=True,
        text=True,
        env={"PATH": str(only(tmp_path, "dirname"))},
    )
    assert shown.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in shown.stderr


def only(folder: Path, *programs: str) -> Path:
    """A folder to search for programs that has just these."""
    for name in programs:
        (folder / name).symlink_to(f"/usr/bin/{name}")
    return folder


def test_an_unknown_kind_of_set_up_is_refused():
    shown = run_setup("everything", PYTHON=sys.executable)
    assert shown.returncode == 2
    assert "run|test" in shown.stderr


def pins() -> dict[str, str]:
    return dict(PIN.findall((ROOT / "constraints.txt").read_text("utf-8")))


def test_every_requirement_is_pinned_within_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for lines in extras for line in lines)]
    for requirement in map(Requirement, wanted):
        pinned = pins()[requirement.name.lower()]
        assert requirement.specifier.contains(pinned, prereleases=True), requirement


def test_pins_are_what_set_up_installed():
    """Only a set-up environment has its stamp; one made by hand may hold other versions."""
    if not (setup.VENV / "set-up" / "packages.json").exists():
        pytest.skip("this environment was not made by scripts/setup")
    for name, version in pins().items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        assert installed.partition("+")[0] == version, name


def test_torch_is_installed_as_the_very_version_pinned():
    assert pin.TORCH == setup.TORCH == f"torch=={pins()['torch']}"


def test_pins_are_platform_neutral():
    chosen = [("Torch", "2.13.0+cpu"), ("nvidia-cublas", "13"), ("a_B.c", "1"), ("shopper", "0")]
    assert pin.lines(chosen) == ["a-b-c==1", "torch==2.13.0"]


def slow_download(*prints: str) -> subprocess.Popen[bytes]:
    code = "import sys, time\nfor p in sys.argv[1:]: time.sleep(0.2); print(p, flush=True)"
    return subprocess.Popen(
        [sys.executable, "-c", code, *prints], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@pytest.mark.slow
def test_a_download_that_goes_on_is_waited_for(monkeypatch):
    monkeypatch.setattr(chromium, "FIRST_SIGN", 10.0)
    process = slow_download("10% of 100 MB", "20% of 100 MB", "done")
    assert chromium.watched(process)
    assert process.wait() == 0
    process.stdout.close()


def test_a_download_without_a_sign_of_life_is_given_up(monkeypatch):
    monkeypatch.setattr(chromium, "FIRST_SIGN", 0.05)
    process = slow_download("Downloading", "Downloading")
    assert not chromium.watched(process)
    process.kill()
    process.wait()
    process.stdout.close()
