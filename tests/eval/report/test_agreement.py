"""A run's report and `shopper data check` read the same logs, and find the same ones broken."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from agent.runs.card import RunFolder
from agent.sessions.dataset import read_sessions
from agent.sessions.log import decode_session_log, read_session_log
from agent.sessions.session import RecordError, Session
from eval.report.run.seen import read as read_run
from tests.eval.report.sample import build_run

DAMAGES = 120


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The log with one thing wrong with it, or with something that only looks wrong."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(12):
        case 0:
            return data[: rng.randrange(len(data))]
        case 1:
            place = rng.randrange(len(data))
            return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        case 2:
            del lines[at]
        case 3:
            lines.insert(at, lines[rng.randrange(len(lines))])
        case 4:
            lines[at : at + 2] = reversed(lines[at : at + 2])
        case 5:
            lines.insert(at, b"")
        case 6:
            return b"\xef\xbb\xbf" + data
        case 7:
            return data.replace(b"\n", b"\r\n")
        case 8:
            lines.insert(at, b"[" * 5000)
        case 9:
            lines.insert(at, b'{"type":"end","end":""}')
        case 10:
            return data + data
        case _:
            lines.insert(at, b'{"type":"stop"}')
    return b"\n".join(lines)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run of which every log is damaged in a way of its own."""
    folder = build_run(tmp_path)
    sound = [path.read_bytes() for path in sorted(folder.sessions.glob("*.jsonl"))]
    names = re.compile(rb'"session_id":"[^"]*"')
    for path in folder.sessions.glob("*.jsonl"):
        path.unlink()
    rng = random.Random(16)
    for number in range(DAMAGES):
        name = f'"session_id":"v{number if number % 9 else 0}"'.encode()
        data = damaged(names.sub(name, rng.choice(sound)), rng)
        (folder.sessions / f"s{number:03}.jsonl").write_bytes(data)
    return folder


def read(path: Path) -> tuple[list[Session], list[str]]:
    """The sessions at `path`, and what is wrong with the others."""
    wrong: list[str] = []
    sessions = list(read_sessions(path, on_bad=lambda error: wrong.append(str(error))))
    return sessions, wrong


def test_the_report_and_the_check_agree(folder: RunFolder) -> None:
    seen = read_run(folder)
    visits, unreadable = seen.visits, seen.unreadable
    sessions, wrong = read(folder.root)
    assert [visit.session_id for visit in visits] == [s.session_id for s in sessions]
    assert [one.reason for one in unreadable] == wrong
    assert len(sessions) > DAMAGES / 8 and len(wrong) > DAMAGES / 8


def test_a_visit_is_gone_on_with_only_where_its_log_is_sound(folder: RunFolder) -> None:
    for path in folder.sessions.glob("*.jsonl"):
        sessions, wrong = read(path)
        for reader in (read_session_log, lambda p: decode_session_log(p.read_bytes(), str(p))):
            if len(sessions) == 1 and not wrong:
                assert reader(path) == sessions[0]
            else:
                with pytest.raises(RecordError, match=path.stem):
                    reader(path)
