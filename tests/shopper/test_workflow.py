"""In a step of GitHub Actions nothing that is printed is a command, but what is meant to be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from shopper.workflow import heard, unheard


def in_a_step(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shopper", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"GITHUB_ACTIONS": "true"},
    )


def commands(lines: list[str]) -> list[str]:
    """The commands that the runner takes from lines, by its own rules."""
    word, found = None, []
    for line in lines:
        name, _, data = line.strip().removeprefix("::").partition("::")
        if not line.strip().startswith("::"):
            continue
        if word is None and name == "stop-commands":
            word = data
        elif word is not None and name == word:
            word = None
        elif word is None:
            found.append(line)
    assert word is None, "the runner would listen to nothing that comes after"
    return found


def test_only_what_is_meant_is_heard(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with unheard():
        click.echo("::error::of a page", err=True)
        with unheard():
            click.echo("::error::of a page", err=True)
        with heard():
            click.echo("::notice::ours", err=True)
        click.echo("::error::of a page", err=True)
    assert commands(capsys.readouterr().err.splitlines()) == ["::notice::ours"]
    monkeypatch.delenv("GITHUB_ACTIONS")
    with unheard(), heard():
        click.echo("said", err=True)
    assert capsys.readouterr().err == "said\n"


@pytest.mark.parametrize("words", ["report ::error::x", "::warning::x", "runs", "--help"])
def test_every_command_ends_with_the_runner_listening(tmp_path: Path, words: str) -> None:
    (tmp_path / "runs" / "::error::x").mkdir(parents=True)
    (tmp_path / "runs" / "::error::x" / "run.json").write_text("{")
    done = in_a_step(*words.split(), folder=tmp_path)
    assert done.stderr.startswith("::stop-commands::")
    assert commands(done.stderr.splitlines()) == []
    assert ("::error::x" in done.stdout) == (words == "runs")
