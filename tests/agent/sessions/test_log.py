"""A log is on disk step by step, and what a killed process leaves can be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.sessions.log import SessionLog, read_session_log
from agent.sessions.session import Finding, RecordError, Session, Step
from envs.actions import Click, Terminate

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SESSION = Session(session_id="s", user_id="u", site="shop", started_at=NOW, source="live")
STEPS = [
    Step(index=0, timestamp=NOW, url="http://x/", context="<p>a\nb</p>", action=Click("a")),
    Step(index=1, timestamp=NOW, url="http://x/", context="", action=Terminate(), kind="leave"),
]


def written(path: Path, *, end: str | None) -> Path:
    with SessionLog(path, SESSION) as log:
        for step in STEPS:
            log.step(step)
        if end is not None:
            log.end(end, (Finding(kind="loop", step=1, text="again"),))
    return path


def test_a_finished_log_reads_back_whole(tmp_path: Path) -> None:
    session = read_session_log(written(tmp_path / "new" / "s.jsonl", end="terminate"))
    assert session.steps == tuple(STEPS)
    assert session.end == "terminate"
    assert session.findings[0].kind == "loop"


def test_every_step_is_on_disk_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    with SessionLog(path, SESSION) as log:
        for count, step in enumerate(STEPS, 1):
            log.step(step)
            assert len(read_session_log(path).steps) == count


def test_a_log_cut_anywhere_loses_at_most_the_line_being_written(tmp_path: Path) -> None:
    whole = written(tmp_path / "s.jsonl", end="terminate").read_bytes()
    head = whole.index(b"\n") + 1
    for cut in range(head, len(whole)):
        path = tmp_path / "cut.jsonl"
        path.write_bytes(whole[:cut])
        session = read_session_log(path)
        assert session.end is None
        assert session.steps == tuple(STEPS[: whole[:cut].count(b"\n") - 1])


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"{not json}\n", ":2:"),
        (b'{"type":"stop"}\n', "unknown line type 'stop'"),
        (b'{"type":"step","index":"x"}\n', "$.index"),
        (b'{"index":1}\n', "$.type"),
        (b"\xff\n", ":2:"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: bytes, named: str) -> None:
    path = written(tmp_path / "s.jsonl", end=None)
    head, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(head + b"\n" + line + rest)
    with pytest.raises(RecordError) as caught:
        read_session_log(path)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_empty_file_is_no_log(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.touch()
    with pytest.raises(RecordError, match="the file is empty"):
        read_session_log(path)
