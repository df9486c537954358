"""`shopper report --open`: the page in the browser of the machine, whatever that is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shopper.test_run_list import a_run


def report(*words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper", "report", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | variables)


@pytest.mark.slow
def test_the_page_is_opened_in_the_browser_that_there_is(tmp_path: Path) -> None:
    run = a_run(tmp_path / "a run")
    (run / "sessions").mkdir()
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{tmp_path}/opened"\n')
    browser.chmod(0o755)
    done = report(run, "--open", BROWSER=f"{browser} %s")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(run / "report.html")
    assert (tmp_path / "opened").read_text().strip() == (run / "report.html").as_uri()
    failed = report(
        run, "--open", BROWSER="/bin/false %s", DISPLAY="", WAYLAND_DISPLAY="", PATH="/none"
    )
    assert failed.returncode == 1
    assert failed.stdout.strip() == str(run / "report.html")
    assert "no browser could be opened" in failed.stderr and str(run) in failed.stderr
