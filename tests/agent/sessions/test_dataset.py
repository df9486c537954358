"""Data sets: every layout reads back what was written, and every fault is named where it is."""

from __future__ import annotations

import gzip
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.sessions.dataset import (
    FORMATS,
    BadRows,
    FormatError,
    read_rows,
    read_sessions,
    write_sessions,
)
from agent.sessions.lines import read_lines
from agent.sessions.log import SessionLog
from agent.sessions.parquet import SCHEMA
from agent.sessions.session import RecordError, Session, Step, encode
from envs.actions import Click, Terminate
from tests.agent.sessions.strategies import data_sets

START = datetime(2026, 1, 1, tzinfo=UTC)


def visit(session_id: str = "a", steps: int = 2, html: str = "<p>x</p>") -> Session:
    taken = tuple(
        Step(
            index=i,
            timestamp=START + timedelta(seconds=i),
            url="http://x/",
            context=html,
            action=Click("a") if i < steps - 1 else Terminate(),
        )
        for i in range(steps)
    )
    return Session(
        session_id=session_id,
        user_id="u",
        site="x",
        started_at=START,
        source="live",
        steps=taken,
        end="terminate",
    )


def bad_rows(path: Path) -> tuple[list[str], list[str]]:
    """The ids read and the reasons of the rows passed over."""
    bad = BadRows()
    ids = [session.session_id for session in read_sessions(path, on_bad=bad)]
    assert bad.count == len(bad.reasons)
    return ids, bad.reasons


@pytest.mark.parametrize("ending", FORMATS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=data_sets())
def test_what_is_written_is_read_back(ending: str, rows: list[Session]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data{ending}"
        assert write_sessions(path, iter(rows)) == len(rows)
        assert list(read_sessions(path)) == rows
        assert [p.name for p in Path(folder).iterdir()] == [path.name]


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rows=data_sets())
def test_live_logs_are_read_as_one_data_set(rows: list[Session]) -> None:
    rows = [s if s.end else msgspec.structs.replace(s, findings=()) for s in rows]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for session in rows:
            with SessionLog(root / "sessions" / f"{session.session_id}.jsonl", session) as log:
                for step in session.steps:
                    log.step(step)
                if session.end is not None:
                    log.end(session.end, session.findings)
        assert list(read_sessions(root)) == rows
        assert list(read_sessions(root / "sessions" / "s0.jsonl")) == rows[:1]


@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b""))),
    st.booleans(),
    st.sampled_from(["plain", "gzip", "zstd", "two"]),
)
def test_lines_are_the_same_however_packed(lines: list[bytes], newline: bool, packing: str) -> None:
    data = b"\n".join(lines) + (b"\n" if newline else b"")
    if packing == "plain" and data[:2] in (b"\x1f\x8b", b"\x28\xb5"):
        return  # told apart by content: these read as packed, and cut off
    half = len(data) // 2
    packed = {
        "plain": data,
        "gzip": gzip.compress(data),
        "zstd": zstandard.compress(data),
        "two": gzip.compress(data[:half]) + gzip.compress(data[half:]),
    }[packing]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f"
        path.write_bytes(packed)
        read = [line.data for line in read_lines(path)]
    expected = data.split(b"\n")
    assert read == (expected[:-1] if expected[-1] == b"" else expected)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + LINE + b"\n")
    assert [s.session_id for s in read_sessions(path)] == ["a"]


def test_a_folder_of_shards_is_one_data_set(tmp_path: Path) -> None:
    write_sessions(tmp_path / "b.parquet", [visit("b")])
    write_sessions(tmp_path / "a.jsonl.gz", [visit("a")])
    (tmp_path / "README.md").write_text("no data")
    assert [s.session_id for s in read_sessions(tmp_path)] == ["a", "b"]


def test_a_killed_log_keeps_all_but_the_step_in_flight(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with SessionLog(path, visit()) as log:
        for step in visit().steps:
            log.step(step)
    path.write_bytes(path.read_bytes()[:-5])
    [session] = read_sessions(path)
    assert len(session.steps) == 1
    assert session.end is None


LINE = encode(visit("a"))
STEP = msgspec.json.encode({"type": "step", **msgspec.to_builtins(visit().steps[0])})


@pytest.mark.parametrize(
    ("data", "ids", "complaint"),
    [
        (b"", [], "file is empty"),
        (b"\n\n", [], "file is empty"),
        (LINE + b"\n" + LINE[:50], ["a"], r":2: .*cut off"),
        (LINE + b"\n" + LINE + b"\n", ["a"], r":2: session 'a' was already in data:1 .*session_id"),
        (LINE.replace(b'"user_id":"u"', b'"user_id":7'), [], r":1: .*`str`.* `\$\.user_id`"),
        (LINE.replace(b'"site":"x"', b'"sight":"x"'), [], r":1: .*sight|:1: .*site"),
        (LINE.replace(b'"click"', b'"drag"'), [], r":1: .*drag.*steps\[0\]\.action"),
        (LINE.replace(b"<p>x</p>", b"<p>\xff</p>"), [], r":1: not UTF-8: byte 0xff .* in `context`"),
        (LINE.decode().encode("utf-16"), [], "the file is UTF-16; save it as UTF-8"),
        (LINE.replace(b"00:00:01", b"00:00:00").replace(b"00:00:00", b"00:00:05", 2),
         [], r":1: the clock runs backwards.*\$\.steps\[1\]\.timestamp"),
        (LINE.replace(b'"index":1', b'"index":2'), [], r":1: step 2 where step 1.*steps\[1\]"),
        (LINE + b"\n[1]\n" + encode(visit("b")), ["a", "b"], r":2: Expected `object`"),
        (LINE + b"\n" + STEP + b"\n", ["a"], r":2: a line of a live log in a data set"),
        (STEP + b"\n", [], r":1: a step or end without its session line"),
        (b'{"a":' + b"[" * 200_000, [], r":1: .*"),
        (b"PAR1 not really", [], "not readable as Parquet"),
        (gzip.compress(LINE + b"\n" + encode(visit("b")))[:-20], [], "cut off"),
        (zstandard.compress(LINE + b"\n" * 9)[:-5], [], "cut off|damaged"),
        (gzip.compress(LINE)[:40] + b"rubbish" + gzip.compress(LINE)[47:], [], "damaged|:1:"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_and_field(
    tmp_path: Path, data: bytes, ids: list[str], complaint: str
) -> None:
    path = tmp_path / "data"
    path.write_bytes(data)
    with pytest.raises(RecordError, match=complaint) as failure:
        list(read_sessions(path))
    assert str(path) in str(failure.value)
    read, reasons = bad_rows(path)
    assert read == ids
    assert len(reasons) == 1


def joined_logs(folder: Path) -> list[bytes]:
    """The logs of visits a, b and c."""
    parts = []
    for session_id in "abc":
        with SessionLog(folder / "one", visit(session_id)) as log:
            for step in visit().steps:
                log.step(step)
            log.end("terminate")
        parts.append((folder / "one").read_bytes())
    return parts


def test_a_bad_line_spoils_only_its_own_session_of_a_log(tmp_path: Path) -> None:
    path = tmp_path / "logs.jsonl"
    parts = joined_logs(tmp_path)
    parts[1] = parts[1].replace(b'"index":1', b'"index":"one"')
    path.write_bytes(b"".join(parts))
    ids, [reason] = bad_rows(path)
    assert ids == ["a", "c"]
    assert "logs.jsonl:7:" in reason
    assert "$.index" in reason


def test_a_bad_session_of_joined_logs_leaves_the_one_before_alone(tmp_path: Path) -> None:
    parts = joined_logs(tmp_path)
    parts[1] = parts[1].replace(b'"session_id"', b'"session_name"')
    path = tmp_path / "logs.jsonl"
    path.write_bytes(b"".join(parts))
    ids, reasons = bad_rows(path)
    assert ids == ["a", "c"]
    assert len(reasons) == 1


def test_a_huge_row_is_passed_over_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"ab\n" + b"x" * 5_000_000 + b"\ncd\n")
    lines = list(read_lines(path, longest=1000))
    assert [(line.number, line.data, line.size) for line in lines] == [
        (1, b"ab", 2),
        (2, None, 5_000_000),
        (3, b"cd", 2),
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_rows_and_reasons_and_never_another_error(data: st.DataObject) -> None:
    ending = data.draw(st.sampled_from(FORMATS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"data{ending}"
        write_sessions(path, [visit(str(i), html="<p>page</p>" * 20) for i in range(5)])
        raw = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
        ids, reasons = bad_rows(path)
    assert len(ids) == len(set(ids)) <= 5
    assert len(ids) == 5 or reasons or ending == ".jsonl"


def parquet_with(tmp_path: Path, change: pa.Table) -> Path:
    path = tmp_path / "x.parquet"
    pq.write_table(change, path)
    return path


def test_parquet_of_another_shape_is_refused_by_column(tmp_path: Path) -> None:
    write_sessions(tmp_path / "good.parquet", [visit()])
    table = pq.read_table(tmp_path / "good.parquet")
    cases = {
        "unknown column 'extra'": table.append_column("extra", pa.array(["x"])),
        "column 'user_id' is missing": table.drop_columns(["user_id"]),
        "column 'steps' is": table.set_column(
            table.schema.get_field_index("steps"), "steps", pa.array(["x"])
        ),
        r"row 1: .*user_id": table.set_column(1, "user_id", pa.array([7])),
        "has no rows": pa.table({f.name: pa.array([], f.type) for f in SCHEMA}),
    }
    for complaint, changed in cases.items():
        with pytest.raises(RecordError, match=complaint):
            list(read_sessions(parquet_with(tmp_path, changed)))
    optional = parquet_with(tmp_path, table.drop_columns(["findings", "intent"]))
    assert list(read_sessions(optional)) == [visit()]


def test_parquet_is_streamed_in_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    html = "<p>page</p>" * 100_000
    write_sessions(path, (visit(str(i), steps=10, html=html) for i in range(8)))
    assert pq.ParquetFile(path).metadata.num_row_groups == 2
    assert [row.line for row in read_rows(path)] == list(range(1, 9))


def test_a_writer_that_fails_keeps_what_it_has_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("the old file")
    ids = ["a", "b", None]
    with pytest.raises(TypeError):
        write_sessions(path, (visit(one + "") for one in ids))  # type: ignore[operator]
    assert path.read_text() == "the old file"
    assert [s.session_id for s in read_sessions(tmp_path / "out.jsonl.partial")] == ["a", "b"]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"must end in one of \.jsonl"):
        write_sessions(tmp_path / "x.csv", [])
    with pytest.raises(FileNotFoundError):
        list(read_sessions(tmp_path / "gone.jsonl"))
