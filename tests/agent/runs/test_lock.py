"""One run at a time in a folder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.runs.folder import FolderError
from agent.runs.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from agent.runs.lock import locked
with locked(Path(sys.argv[1])):
    print("holds", flush=True)
    time.sleep(60)
"""


def test_another_process_is_kept_out_until_the_first_is_over_even_killed(tmp_path: Path) -> None:
    root = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, root], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holds\n"
        with pytest.raises(FolderError, match="another run is writing into"), locked(root):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            with locked(root):
                return
        except FolderError:
            time.sleep(0.05)
    pytest.fail("a killed run still holds its folder")


def test_nothing_is_left_of_a_run_that_was_refused(tmp_path: Path) -> None:
    with locked(tmp_path / "a" / "run"):
        pass
    assert not (tmp_path / "a" / "run").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for path in (file, file / "below"):
        with pytest.raises(FolderError, match="is a file"), locked(path):
            pass
