"""The command line as a person meets it: help, typos, failures, exit codes."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from agent.personas.personas import PersonaError
from agent.policies.policy import PolicyChoiceError, PolicyError
from envs.errors import BrowserMissing
from shopper import cli
from shopper.cli import COMMANDS, describe
from shopper.failure import Failure

HEAVY = (
    "playwright rich numpy msgspec openvino torch anthropic starlette jinja2 shopper.commands.run"
)


def shopper(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def listed(help_text: str) -> set[str]:
    """The commands a help text names: the lines indented by two under its heading."""
    lines = help_text.partition("Commands:")[2].splitlines()
    return {line.split()[0] for line in lines if line[:2] == "  " and line[2:3].isalpha()}


def test_help_lists_every_command_that_exists_with_a_summary():
    shown = shopper("--help")
    modules = {path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py")}
    assert shown.returncode == 0
    assert listed(shown.stdout) == modules
    assert {"run", "doctor", "report"} <= modules
    assert "Say what is installed" in shown.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys, shopper.cli\n"
        "try: shopper.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        f"sys.exit(' '.join(set({HEAVY.split()}) & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.stderr.strip() == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --seed", "Option '--seed' requires an argument.\nSee `shopper run --help`."),
        ("run --seeed 3", "See `shopper run --help`."),
        ("data split x --out", "See `shopper data split --help`."),
        ("run --customers two", "'--customers': 'two' is not a whole number.\n"),
        ("run --max-cost much", "'--max-cost': 'much' is not a number.\n"),
        ("run --customers 0", "0 is not in the range"),
        (
            "study nosuch.toml",
            "Error: cannot read the study nosuch.toml: No such file or directory; "
            "`shopper study --init URL` writes one",
        ),
        (
            "run --personas nosuch.jsonl",
            "Error: cannot read the personas file nosuch.jsonl: No such file or directory\n",
        ),
    ],
)
def test_wrong_words_are_told_in_a_sentence_with_the_help_that_is_meant(words: str, said: str):
    shown = shopper(*words.split())
    assert shown.returncode == 2
    assert said in shown.stderr


@pytest.mark.parametrize("path", sorted(COMMANDS.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_command_explains_itself(path):
    name = path.stem.replace("_", "-")
    shown = CliRunner().invoke(cli.shopper, [name, "--help"], prog_name="shopper")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"Usage: shopper {name}")


def test_version_is_the_installed_one():
    shown = shopper("--version")
    assert shown.stdout.split()[0] == "shopper"
    assert shown.stdout.split()[1][0].isdigit()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["docter"], "did you mean 'doctor'?"),
        (["xyzzy"], "`shopper --help` lists them"),
        (["doctor", "--jsn"], "'--json'"),
        (["report"], "Missing argument 'DIR'"),
        (["run", "--customers", "none"], "--customers"),
    ],
)
def test_bad_arguments_are_named_with_exit_code_2(arguments, told):
    shown = shopper(*arguments)
    assert shown.returncode == 2
    assert told in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.slow
@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_the_traceback_wherever_it_stands(tmp_path, place):
    command = ["report", str(tmp_path / "none")]
    debug = ["--debug", *command] if place == "before" else [*command, "--debug"]
    plain = shopper(*command)
    assert plain.returncode == 2
    assert plain.stderr.startswith("Error: ")
    assert "Traceback" not in plain.stderr
    shown = shopper(*debug)
    assert shown.returncode == 2
    assert "Traceback" in shown.stderr


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (Failure("the run failed"), 1, "Error: the run failed"),
        (Failure("no such file", exit_code=2), 2, "Error: no such file"),
        (click.UsageError("wrong"), 2, "Error: wrong"),
        (PersonaError("people.jsonl:3: wrong field"), 2, "Error: people.jsonl:3: wrong field"),
        (PolicyError("the server is gone"), 1, "Error: the server is gone"),
        (PolicyChoiceError("no such policy"), 2, "Error: no such policy"),
        (BrowserMissing("no Chromium"), 1, "Error: no Chromium"),
        (OSError(errno.ENOSPC, "No space left on device", "log"), 1, "free some space"),
        (KeyError("x"), 1, "unexpected KeyError"),
        (
            ModuleNotFoundError("no", name="torch.nn"),
            1,
            "pip install -c constraints.txt -e '.[train]'",
        ),
        (ModuleNotFoundError("no", name="rich"), 1, "pip install -c constraints.txt -e ."),
        (KeyboardInterrupt(), 1, "Stopped"),
    ],
)
def test_errors_become_a_sentence_and_a_code(error, code, told):
    sentence, exit_code = describe(error)
    assert exit_code == code
    assert told in sentence


def test_a_reader_that_leaves_early_gets_no_traceback():
    command = f"{sys.executable} -m shopper.cli --help"
    shown = subprocess.run(["sh", "-c", f"{command} | true"], capture_output=True, text=True)
    assert shown.stderr == ""


NOWHERE = "report nowhere"


@pytest.mark.parametrize(
    ("command", "streams", "code"),
    [
        ("--help", ">&-", 0),
        ("--help", "<&- >&- 2>&-", 0),
        ("--help", "2>&-", 0),
        ("--help", "<&-", 0),
        ("--help", ">/dev/full", 1),
        ("--help", "2>/dev/full", 0),
        ("data sample --out data.jsonl", ">&-", 0),
        ("data sample --out data.jsonl", "<&- >&- 2>&-", 0),
        (NOWHERE, ">&-", 2),
        (NOWHERE, "2>&-", 2),
        (NOWHERE, "2>/dev/full", 2),
    ],
)
def test_a_stream_that_is_closed_or_full_changes_only_what_is_said(
    tmp_path: Path, command: str, streams: str, code: int
) -> None:
    line = f"{sys.executable} -m shopper {command} {streams}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    said = done.stderr.splitlines()
    assert len(said) == ("2>" not in streams and code != 0), said
    assert (tmp_path / "data.jsonl").is_file() == ("sample" in command)


@pytest.mark.parametrize("command", ["--help", NOWHERE, "data sample --out data.jsonl"])
def test_a_reader_that_leaves_early_ends_it_cleanly(tmp_path: Path, command: str) -> None:
    """Of both streams: nothing more is said, least of all by Python's own last flush."""
    line = f"({{ {sys.executable} -m shopper {command}; echo $? >code; }} 2>&1 | true) 2>said"
    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True)
    assert (tmp_path / "code").read_text() == ("2\n" if command == NOWHERE else "1\n")
    assert (tmp_path / "said").read_text() == ""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("streams", "code"), [("<&- >&- 2>&-", 0), ("2>&1 | true", 1), ("2>/dev/full", 0)]
)
def test_a_run_that_nobody_listens_to_is_carried_out(
    tmp_path: Path, streams: str, code: int
) -> None:
    words = "run --policy synthetic --customers 1 --max-steps 2 --no-screenshots --out run"
    line, _, reader = f"{sys.executable} -m shopper {words} {streams}".partition(" |")
    script = f"{{ {line}; echo $? >code; }} {'| ' + reader if reader else ''}"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "code").read_text() == f"{code}\n"
    assert (tmp_path / "run" / "report.html").is_file()


@pytest.mark.slow
def test_ctrl_c_stops_with_a_sentence(tmp_path: Path):
    """A command that is interrupted while it waits, here on a pipe nobody writes to."""
    pipe = tmp_path / "people.jsonl"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "shopper.cli", "run", "--personas", str(pipe)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    writer = open_for_writing(pipe, process)
    try:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
        os.close(writer)
    assert process.returncode == 1
    assert told.strip() == "Stopped; everything so far is kept."


def open_for_writing(pipe: Path, reader: subprocess.Popen[str]) -> int:
    """Returns once `reader` has opened its end, which is when the command is waiting for it."""
    while reader.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.02)
    pytest.fail(f"the command ended before it read the pipe: {reader.communicate()[1]}")
