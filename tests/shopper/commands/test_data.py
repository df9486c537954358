"""`shopper data`: check, convert and split on real files, and how they fail."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agent.policies.remote.chat_messages import BYTES_PER_TOKEN
from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session, encode
from envs.actions import Click, Terminate
from shopper.commands.data import command
from tests.agent.sessions.test_statistics import step, visit


def shopper_data(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    write_sessions(path, sessions())
    return path


def sessions(count: int = 30) -> list[Session]:
    return [
        visit(f"s{i}", f"u{i // 3}", "terminate", step(0, Click("list.mug")), step(1, Terminate()))
        for i in range(count)
    ]


@pytest.mark.slow
def test_check_prints_what_is_in_a_file(data: Path) -> None:
    result = shopper_data("check", data)
    assert result.exit_code == 0
    for text in ("sessions", "30", "users", "10", "click 30 (50.0%)", "sessions/s"):
        assert text in result.output


def test_without_the_model_tokens_are_estimated_at_the_rate_that_is_said(
    data: Path, cache_home: Path
) -> None:
    result = shopper_data("check", data, "--json")
    assert result.exit_code == 0
    summary = msgspec.json.decode(result.stdout)
    rate = summary["context_bytes"]["mean"] / summary["context_tokens"]["mean"]
    assert rate == pytest.approx(BYTES_PER_TOKEN, rel=0.05)  # short pages are rounded up
    assert f" {BYTES_PER_TOKEN} bytes per token" in summary["tokenizer"]


@pytest.mark.slow
def test_check_lists_bad_rows_and_says_so_in_its_exit_code(data: Path) -> None:
    with data.open("ab") as file:
        file.write(b'{"session_id":7}\n' + encode(sessions()[0]) + b"\n")
    result = shopper_data("check", data)
    assert result.exit_code == 2
    assert "data.jsonl:31" in result.output
    assert "$.session_id" in result.output
    assert "2 bad rows" in result.output
    lenient = shopper_data("check", data, "--skip-bad", "--json")
    assert lenient.exit_code == 0
    summary = msgspec.json.decode(lenient.stdout)
    assert (summary["sessions"], summary["bad_rows"]) == (30, 2)


def test_convert_there_and_back(data: Path, tmp_path: Path) -> None:
    parquet, packed = tmp_path / "d.parquet", tmp_path / "d.jsonl.zst"
    assert shopper_data("convert", data, "--out", parquet).exit_code == 0
    assert shopper_data("convert", parquet, "--out", packed).exit_code == 0
    assert list(read_sessions(packed)) == sessions()


def test_convert_stops_at_a_bad_row_unless_asked(data: Path, tmp_path: Path) -> None:
    with data.open("ab") as file:
        file.write(b"{}\n")
    out = tmp_path / "out.jsonl"
    strict = shopper_data("convert", data, "--out", out)
    assert strict.exit_code == 2
    assert "data.jsonl:31" in strict.output
    assert not out.exists()
    assert shopper_data("convert", data, "--out", out, "--skip-bad").exit_code == 0
    assert len(list(read_sessions(out))) == 30


def test_split_by_user_keeps_users_together(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "parts"
    result = shopper_data("split", data, "--by", "user", "--out", out, "--seed", "3")
    assert result.exit_code == 0
    parts = {p.name: list(read_sessions(p)) for p in out.iterdir()}
    assert {name: len(part) for name, part in parts.items()} == {
        "train.jsonl.zst": 24,
        "validation.jsonl.zst": 3,
        "test.jsonl.zst": 3,
    }
    users = [{session.user_id for session in part} for part in parts.values()]
    assert sum(len(one) for one in users) == len(set.union(*users)) == 10


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["check", "gone.jsonl"], "does not exist"),
        (["convert", "FILE", "--out", "x.csv"], "must end in one of"),
        (["convert", "FILE", "--out", "FILE"], "is the file that is read"),
        (["split", "FILE", "--out", "x", "--parts", "a"], "parts are written like"),
        (["split", "EMPTY", "--out", "x"], "holds no sessions"),
        (["check", "EMPTY"], "holds no sessions"),
    ],
)
def test_bad_arguments_are_told(data: Path, arguments: list[str], complaint: str) -> None:
    empty = data.parent / "empty"
    empty.mkdir()
    names = {"FILE": str(data), "EMPTY": str(empty)}
    result = shopper_data(*(names.get(a, a) for a in arguments))
    assert result.exit_code != 0
    assert complaint in f"{result.output} {result.exception}"
