"""An importer of one file in one part, as docs/developing.md says one is added."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.sessions.dataset import read_sessions
from agent.sessions.session import RecordError
from shopper.commands._data_import import command_of
from tests.agent.sources.csv_log import IMPORTER, ROWS


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(ROWS)
    return path


def run(*words: object) -> str:
    done = CliRunner().invoke(
        command_of(IMPORTER), [str(word) for word in words], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_one_file_becomes_sessions(log: Path) -> None:
    out = log.with_name("out.jsonl")
    said = run("--path", log, "--out", out)
    assert f"{out}: 3 sessions" in said and "5 actions" in said
    assert [session.user_id for session in read_sessions(out)] == ["anna", "ben", "cleo"]


def test_it_can_be_split_by_user_though_it_is_published_in_one_part(log: Path) -> None:
    run("--path", log, "--out", log.with_name("out.jsonl"), "--split", "user")
    train, test = (
        {session.user_id for session in read_sessions(log.with_name(f"out.{part}.jsonl"))}
        for part in ("train", "test")
    )
    assert train and test and train | test == {"anna", "ben", "cleo"} and not train & test


def test_it_has_no_published_parts_to_split_by(log: Path) -> None:
    words = ["--path", str(log), "--out", str(log.with_name("o.jsonl")), "--split", "published"]
    done = CliRunner().invoke(command_of(IMPORTER), words)
    assert done.exit_code == 2 and "'published' is not one of 'none', 'user'" in done.output


def test_what_cannot_be_read_is_passed_over_when_asked(log: Path) -> None:
    log.write_text(ROWS.replace("2026-01-05T11:00:00+00:00", "yesterday"))
    out = log.with_name("out.jsonl")
    said = run("--path", log, "--out", out, "--skip-bad")
    assert f"{out}: 2 sessions" in said
    with pytest.raises(RecordError, match="visit v2"):
        list(IMPORTER.open(log).sessions(_raise))


def _raise(error: RecordError) -> None:
    raise error
