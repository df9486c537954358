"""The command, at work in a folder of its own with old files in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shopper.cli import main
from tests.compat.facts import Shopper

FILES = Path(__file__).with_name("files")
SHOPPERS_2 = Path(__file__).with_name("shoppers-2")
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def files() -> Path:
    return FILES


@pytest.fixture(scope="session")
def expected() -> Any:
    """What the old version said, by the name of the fact."""
    return json.loads((FILES / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def determinism() -> Any:
    """What customers do for a seed, by command: version 2 of the synthetic shoppers, who word their
    searches and their reasons otherwise."""
    return json.loads((SHOPPERS_2 / "determinism.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def determinism_before() -> Any:
    """What the old version's customers did for the same seeds."""
    return json.loads((FILES / "determinism.json").read_text("utf-8"))


@pytest.fixture
def shopper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shopper:
    """The command in this process, which saves its start-up, on a machine without the model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOPPER_CACHE", str(tmp_path / "cache"))

    def call(*words: object) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        return said.out

    return call


@pytest.fixture
def shopper_process(tmp_path: Path) -> Shopper:
    """The command in a process of its own, for what starts a browser."""
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))

    def call(*words: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "shopper", *map(str, words)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=290,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call
