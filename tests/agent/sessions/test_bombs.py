"""Compressed logs that unpack to more than anybody can read: said in a sentence, in little memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from agent.sessions.log import read_session_log
from agent.sessions.session import RecordError

MEGABYTE = 1 << 20
MEMORY = 1_500 * MEGABYTE
"""Bytes a process may use that reads 800 megabytes in one line; the longest line read has 512."""


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log whose second line has 800 megabytes and no end."""
    press = zlib.compressobj(1, zlib.DEFLATED, 31)
    zeros = bytes(MEGABYTE)
    path = tmp_path_factory.mktemp("bomb") / "s.jsonl.gz"
    with path.open("wb") as file:
        file.write(press.compress(b'{"type":"session"}\n{"type":"step","x":"'))
        for _ in range(800):
            file.write(press.compress(zeros))
        file.write(press.flush())
    assert path.stat().st_size < 20 * MEGABYTE
    return path


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.slow
def test_the_check_of_a_bomb_ends_with_its_cause(bomb: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shopper", "data", "check", str(bomb)],
        capture_output=True,
        text=True,
        preexec_fn=limit_memory,
        timeout=200,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert f"{bomb}:1:" in done.stderr


@pytest.mark.slow
def test_a_visits_log_may_be_one(bomb: Path) -> None:
    with pytest.raises(RecordError, match=r"s\.jsonl\.gz:\d: .+"):
        read_session_log(bomb)
