"""What a run says in a log: lines that are never wrapped, a sign of life while nothing happens."""

from __future__ import annotations

import io
import threading
import time

import msgspec
import pytest
from rich.console import Console
from rich.table import Table

from shopper.console import plain_console
from shopper.run_log import RunLog
from shopper.run_progress import Progress
from tests.shopper.test_outcomes_agree import visits


class Screen(io.StringIO):
    """Tells when a line comes."""

    def __init__(self) -> None:
        super().__init__()
        self.came = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        self.came.set()
        return written


def test_each_visit_has_a_line_at_its_beginning_and_one_at_its_end() -> None:
    screen = io.StringIO()
    everyone = visits()
    with Progress(Console(file=screen, width=10), total=len(everyone)) as progress:
        progress.begin(0)
        for one in everyone:
            begun = msgspec.structs.replace(one, end=None)
            progress.watch(begun, "looks")
            progress.watch(begun, "thinks")
            progress.watch(one, one.end or "")
    lines = screen.getvalue().splitlines()
    finished = [one for one in everyone if one.end is not None]
    assert sum(" begins" in line for line in lines) == len({one.session_id for one in everyone})
    assert sum(line.startswith("[") for line in lines) == len(finished)
    assert len(lines) == len({one.session_id for one in everyone}) + len(finished)


def test_a_heart_beats_until_the_end_and_not_after() -> None:
    screen = Screen()
    log = RunLog(
        Console(file=screen, width=10), lambda: "0 of 3 visits\nfinished · 12 s", heartbeat=0.02
    )
    log.start()
    assert screen.came.wait(10)
    log.stop()
    said = screen.getvalue()
    assert set(said.splitlines()) == {"0 of 3 visits finished · 12 s"}
    time.sleep(0.06)
    assert screen.getvalue() == said


def test_no_heart_beats_before_customers_shop() -> None:
    screen = Screen()
    with Progress(Console(file=screen), total=1, heartbeat=0.01):
        assert not screen.came.wait(0.05)


def test_nothing_is_wrapped_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    console = plain_console()
    table = Table(box=None, show_header=False)
    table.add_row("word " * 100, "end")
    console.print(table)
    console.print("word " * 100)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert max(map(len, lines)) < 600
