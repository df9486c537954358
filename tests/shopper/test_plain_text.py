"""Nothing that a page, a log or a model says commands the terminal it is printed in."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from shopper.console import plain_console
from shopper.plain_text import PlainStream, plain_text

COMMANDS = {
    "clear": "\x1b[2J\x1b[H",
    "title": "\x1b]0;pwned\x07",
    "link": "\x1b]8;;http://x.test\x1b\\",
    "8-bit commands": "\x9b2J\x9d0;pwned\x9c",
    "overwrite": "a\rb\x08c",
    "bell and delete": "\x07\x7f\x00",
    "direction": "\u202egnp.exe\u2066x",
}


def is_plain(text: str) -> bool:
    return all(c in "\t\n" or (" " <= c != "\x7f" and not "\x80" <= c <= "\x9f") for c in text)


@pytest.mark.parametrize("case", COMMANDS)
def test_no_control_is_printed(case: str) -> None:
    stream = io.StringIO()
    print(f"It says: {COMMANDS[case]} übrigens\tmore", file=PlainStream(stream))
    said = stream.getvalue()
    assert is_plain(said) and "\u202e" not in said and "\u2066" not in said
    assert said.startswith("It says: ") and said.endswith(" übrigens\tmore\n")


def test_bytes_are_text() -> None:
    stream = io.StringIO()
    plain = PlainStream(stream)
    plain.write(b'{"a":"\xc2\x9b2J\x7f\xff"}\n')
    assert stream.getvalue() == '{"a":"2J\ufffd"}\n'
    assert not hasattr(plain, "buffer")


def test_a_progress_bar_of_others_may_begin_its_line_again() -> None:
    stream = io.StringIO()
    PlainStream(stream).write("\r 50 %|###\r\x1b[A|")
    assert stream.getvalue() == "\r 50 %|###[A|"


@pytest.mark.parametrize("case", COMMANDS)
def test_consoles_print_their_own_commands_only(
    capsys: pytest.CaptureFixture[str], case: str
) -> None:
    console = plain_console()
    said = COMMANDS[case]
    table = Table(title=said, box=None)
    table.add_column(said)
    table.add_row(Text(said), said)
    console.print(table)
    console.print(f"last: {said}", soft_wrap=True)
    assert is_plain(capsys.readouterr().out)


def test_a_screen_that_is_drawn_again_keeps_its_own_commands() -> None:
    screen = io.StringIO()
    console = plain_console()
    console._force_terminal, console.file = True, PlainStream(screen)  # type: ignore[assignment]
    with Live(Text("\x1b]0;pwned\x07 page"), console=console, auto_refresh=False) as live:
        live.refresh()
    drawn = screen.getvalue()
    assert "\x1b[?25l" in drawn, "the cursor is hidden as it always was"
    assert "\x1b]0" not in drawn and "\x07" not in drawn and "pwned page" in drawn


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """The command as a user has it."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "shopper", *words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False)


FILES = {
    "log.jsonl": '{"type":"\\u001b[2Jsession\\u009b2J\\u007f"}\n',
    "raw.jsonl": '{"session_id":"s","\x9bfield":1}\n',
    "study.toml": 'a = "b"\n[task]\nname = "\\u001b[2J"\n"\\u009bx" = 1\n',
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("data", "check", "log.jsonl"),
        ("data", "check", "raw.jsonl"),
        ("data", "check", "raw.jsonl", "--json"),
        ("study", "study.toml"),
        ("run", "http://127.0.0.1:9/\x1b[2J", "--policy", "\x1b]0;x\x07\x9b", "--out", "out"),
        ("report", "no\x1b[2J\x9bfolder"),
    ],
)
def test_no_command_lets_controls_through(tmp_path: Path, words: tuple[str, ...]) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert is_plain(done.stdout.decode() + done.stderr.decode())
    assert done.stderr


def test_ascii_streams_are_no_way_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii:backslashreplace")
    done = run("report", "no\x1b[2Jfolder", cwd=tmp_path)
    assert b"\x1b" not in done.stderr and b"folder" in done.stderr


def test_plain_text_stays_as_it_is() -> None:
    said = "Größe\t42 – سلة 🛒\n\u200dnext"
    assert plain_text(said) == said
    assert isinstance(plain_console(), Console)
