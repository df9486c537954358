"""A file is the old one or the new one, whatever happens while it is written."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.atomic_write import is_draft, replacing, write_json, write_whole

ROOT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from agent.atomic_write import replacing
with replacing(Path(sys.argv[1])) as draft, draft.open("wb") as file:
    file.write(b"half of")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def write_half(path: Path) -> None:
    with replacing(path) as draft:
        draft.write_bytes(b"half of")
        raise KeyboardInterrupt


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_whole(path, b"old")
    with replacing(path) as draft:
        draft.write_bytes(b"new")
        assert path.read_bytes() == b"old"
        assert is_draft(draft, of=path) and not is_draft(path, of=path)
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["run.json"]  # noqa: PTH208


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_whole(path, b"old")
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_bytes() == b"old"
    with pytest.raises(TypeError):
        write_json(path, object())
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_process_leaves_the_old_file_and_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_whole(path, b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - {path}
    assert is_draft(left, of=path)
    assert not is_draft(left, of=tmp_path / "other.json")


def test_of_two_who_write_at_once_the_last_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with replacing(path) as one:
        one.write_bytes(b"one")
        write_whole(path, b"two")
        assert path.read_bytes() == b"two"
    assert path.read_bytes() == b"one"


def test_json_is_indented_and_ends_with_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"name": "é"})
    assert path.read_bytes() == '{\n  "name": "é"\n}\n'.encode()


def test_nobody_renames_drafts_by_hand() -> None:
    """Files that keep a draft on purpose, to go on with it, and folders have renames of their
    own; the picture of a failed login is a temporary file for good."""
    own = {
        "agent/atomic_write.py",
        "agent/runs/login_script.py",
        "agent/sessions/writer.py",
        "agent/sources/kept.py",
    }
    found = {
        path.relative_to(ROOT).as_posix()
        for package in ("agent", "bench", "eval", "trainer", "shopper")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ("mkstemp", "NamedTemporaryFile")
            or (node.func.attr == "replace" and len(node.args) == 1 and not node.keywords)
        )
    }
    assert found == own
