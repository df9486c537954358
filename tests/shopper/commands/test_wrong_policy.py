"""A policy that cannot be had: one sentence, exit code 2, and no folder that was not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each is a process
ROOT = Path(__file__).parents[3]
STUDY = """
title = "Two tasks"
site = "embedded"
[[tasks]]
id = "buy"
text = "Buy a mug."
success = { order = true }
"""
COMMANDS = {
    "run": "run --customers 1 --out new/er/out",
    "run, to where runs go": "run --customers 1",
    "comparison": "run --variant default,default --customers 1 --out new/er/out",
    "study": "study study.toml --customers 1 --out new/er/out",
    "bench": "bench visits.jsonl.zst --out new/er/out",
    "personas": "personas --count 1 --out people.jsonl",
    "synthesize": "synthesize visits.jsonl.zst --out thoughts.jsonl",
}
"""Words of each command, to which a policy is added."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study and a data set to work on, and a policy that cannot be imported."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "study.toml").write_text(STUDY)
    (here / "broken.py").write_text("import no_such_module")
    shutil.copy(ROOT / "agent" / "samples" / "sessions.jsonl.zst", here / "visits.jsonl.zst")
    return here


def shopper(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shopper", *words],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SHOPPER_CACHE": str(folder.with_name("cache")),
            "ANTHROPIC_API_KEY": "",
        },
    )


@pytest.mark.parametrize(
    ("command", "policy"),
    [
        *((command, "broken:Policy") for command in COMMANDS),
        *(("run", policy) for policy in ("nobody", "scripted:gone.json", ".", "anthropic:m")),
        *((command, "anthropic:m") for command in ("personas", "synthesize")),
    ],
)
def test_a_policy_that_cannot_be_had_leaves_nothing_behind(
    folder: Path, command: str, policy: str
) -> None:
    before = set(folder.rglob("*"))
    done = shopper(folder, *COMMANDS[command].split(), "--policy", policy)
    assert done.returncode == 2, done.stderr
    assert (policy.partition(":")[2] or policy) in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert set(folder.rglob("*")) == before


def test_a_folder_that_was_there_stays_as_it_was(folder: Path) -> None:
    out = folder / "mine"
    out.mkdir()
    for command in ("run --customers 1", "study study.toml", "bench visits.jsonl.zst"):
        done = shopper(folder, *command.split(), "--out", "mine", "--policy", "nobody")
        assert done.returncode == 2, done.stderr
        assert list(out.iterdir()) == []
