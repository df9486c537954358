"""Somebody else's package of a name that Shopper uses is told, before anything fails on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shopper.own_packages import NAMES

ROOT = Path(__file__).parents[2]


def python(
    *words: str, cwd: Path, path: tuple[Path, ...] = (ROOT,)
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, cwd=cwd, env=env
    )


def another(name: str, folder: Path, *, as_file: bool = False) -> Path:
    """Somebody else's package, which complains when it is imported at all."""
    place = folder / f"{name}.py" if as_file else folder / name / "__init__.py"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("raise SystemExit('imported')")
    return place


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_file", [False, True])
def test_one_in_the_current_folder_is_named(tmp_path: Path, name: str, as_file: bool) -> None:
    place = another(name, tmp_path, as_file=as_file)
    shown = python("-m", "shopper", "--help", cwd=tmp_path)
    assert shown.returncode == 1
    (sentence,) = shown.stderr.splitlines()
    assert sentence.startswith(f"Error: {place} is another package called {name} ")
    assert shown.stdout == ""


def test_one_on_the_path_is_named(tmp_path: Path) -> None:
    place = another("eval", tmp_path / "lib")
    code = "from shopper.cli import main; main()"  # as the installed command does
    shown = python("-c", code, "doctor", cwd=tmp_path, path=(tmp_path / "lib", ROOT))
    assert shown.returncode == 1
    assert shown.stderr.startswith(f"Error: {place} is another package called eval ")
    assert len(shown.stderr.splitlines()) == 1


def test_the_same_is_said_to_python(tmp_path: Path) -> None:
    place = another("agent", tmp_path)
    for line in ("import shopper\n    shopper.run", "from shopper import run"):
        code = f"try:\n    {line}\nexcept ImportError as error:\n    print(error)"
        shown = python("-c", code, cwd=tmp_path)
        assert shown.stderr == ""
        assert shown.stdout.startswith(f"{place} is another package called agent ")


def test_a_folder_of_data_of_such_a_name_is_in_nobodys_way(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).mkdir()
    shown = python("-m", "shopper", "--version", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_a_link_to_shopper_is_shopper(tmp_path: Path) -> None:
    for name in ("shopper", *NAMES):
        (tmp_path / name).symlink_to(ROOT / name)
    shown = python("-m", "shopper", "--version", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
