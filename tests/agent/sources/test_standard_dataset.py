"""The standard data set: what is kept when its making is stopped, and what comes with Shopper."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import FORMAT_VERSION, Session, encode
from agent.sources.dataset_card import describe
from agent.sources.simulation import SimulationJob, simulate, versions, visits
from agent.sources.standard_dataset import (
    APART,
    DatasetConfig,
    Growing,
    Part,
    StaleData,
    make,
    there_already,
)
from shopper.commands.data import command
from shopper.commands.simulate import command as simulate_command

SAMPLE = Path(str(files("agent") / "samples" / "sessions.jsonl.zst"))
VALIDATION = 1 + APART


@pytest.fixture(scope="module")
def made() -> list[Session]:
    """The first ten sessions of the validation part, as this simplifier would have made them."""
    now = {"format": FORMAT_VERSION, **versions()}
    return [
        msgspec.structs.replace(session, versions=now)
        for session, _ in zip(read_sessions(SAMPLE), range(10), strict=False)
    ]


def growing(folder: Path, sessions: int = 10) -> Growing:
    job = SimulationJob(sessions=sessions, seed=VALIDATION, concurrency=1)
    return Growing(folder / "validation.jsonl.zst", job)


def grow(part: Growing, sessions: list[Session]) -> None:
    with part:
        for session in sessions:
            part.write(session)


def test_the_sample_is_the_beginning_of_the_validation_part() -> None:
    sessions = list(read_sessions(SAMPLE))
    expected = [
        one.id for one in visits(SimulationJob(sessions=100, seed=VALIDATION, concurrency=1))
    ]
    assert [session.session_id for session in sessions] == expected
    assert SAMPLE.stat().st_size < 500_000
    assert {session.source for session in sessions} == {"synthetic"}
    card = describe("sample", SAMPLE, len, "bytes")
    assert card.summary.concerns == ()
    assert card.summary.name_in_context == card.summary.reasoning_share == 1.0
    assert card.ceiling is not None and 0.4 < card.ceiling < 0.6


def test_the_sample_can_be_had_in_any_format(tmp_path: Path) -> None:
    out = tmp_path / "sample.parquet"
    result = CliRunner().invoke(command, ["sample", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert list(read_sessions(out)) == list(read_sessions(SAMPLE))


def test_a_part_goes_on_after_its_last_whole_session(tmp_path: Path, made: list[Session]) -> None:
    first = growing(tmp_path)
    assert (first.count, first.missing) == (0, 10)
    grow(first, made[:6])
    with first.partial.open("ab") as file:
        file.write(encode(made[6])[:1000])  # what a kill leaves
    again = growing(tmp_path)
    assert (again.count, again.missing, again.rest.first) == (6, 4, 6)
    grow(again, made[6:])
    again.finish()
    assert list(read_sessions(again.file)) == made
    assert [path.name for path in tmp_path.iterdir()] == ["validation.jsonl.zst"]
    assert growing(tmp_path).missing == 0


def test_a_small_part_grows_into_a_large_one(tmp_path: Path, made: list[Session]) -> None:
    small = growing(tmp_path, 4)
    grow(small, made[:4])
    small.finish()
    large = growing(tmp_path)
    assert large.count == 4
    grow(large, made[4:])
    assert growing(tmp_path).count == 10, "the growing file counts, not the finished one"
    large.finish()
    assert list(read_sessions(large.file)) == made
    assert growing(tmp_path, 4).missing == 0, "what is there beyond what is asked for stays"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"session_id": "synthetic-7-00001-01"}, "another seed"),
        ({"versions": {"format": "1", "simplifier": "old"}}, "made with"),
    ],
)
def test_what_was_made_otherwise_is_refused(
    tmp_path: Path, made: list[Session], change: dict[str, object], complaint: str
) -> None:
    file = tmp_path / "validation.jsonl.zst"
    write_sessions(file, [made[0], msgspec.structs.replace(made[1], **change)])
    with pytest.raises(StaleData, match=rf"zst:2: .*{complaint}"):
        growing(tmp_path)


def test_a_damaged_line_is_named(tmp_path: Path, made: list[Session]) -> None:
    (tmp_path / "validation.partial.jsonl").write_bytes(encode(made[0]) + b"\n{}\n")
    with pytest.raises(StaleData, match=r"(?s)validation\.partial\.jsonl:2: .*Delete the file"):
        growing(tmp_path)


def test_bad_sizes_are_refused(tmp_path: Path) -> None:
    arguments = ["standard", "--out", str(tmp_path / "x"), "--train", "0"]
    assert CliRunner().invoke(command, arguments).exit_code == 2


@pytest.mark.browser
@pytest.mark.long
async def test_killed_and_made_again_it_is_the_same(tmp_path: Path) -> None:
    """Killed without warning in the middle, resumed at another size: as simulate gives them."""
    folder = tmp_path / "set"
    sizes: dict[Part, int] = {"train": 60, "validation": 1, "test": 1}
    unseen: dict[Part, int] = {"unseen_theme": 1, "unseen_language": 1}
    command_line = [sys.executable, "-m", "shopper", "data", "standard", "--out", str(folder)]
    command_line += ["--concurrency", "1", *(f"--{part}={n}" for part, n in sizes.items())]
    command_line += ["--unseen=1"]
    sizes |= unseen
    process = subprocess.Popen(command_line, start_new_session=True, stderr=subprocess.PIPE)
    partial = folder / "train.partial.jsonl"
    while process.poll() is None and not (partial.exists() and b"\n" in partial.read_bytes()):
        await asyncio.sleep(0.05)
    assert process.poll() is None, process.communicate()[1]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = partial.read_bytes().count(b"\n")

    config = DatasetConfig(folder=folder, sizes=sizes, concurrency=3)
    assert there_already(config) == {"train": kept, "validation": 1, "test": 1, **unseen}
    heard: list[tuple[Part, str]] = []
    await make(config, lambda part, session: heard.append((part, session.session_id)))
    assert [part for part, _ in heard] == ["train"] * (60 - kept)

    alone = tmp_path / "alone.jsonl"
    arguments = ["--sessions", "1", "--seed", str(1 + APART), "--out", str(alone), "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, simulate_command, arguments)
    assert json.loads(done.stdout)["sessions"] == 1
    assert list(read_sessions(config.file("validation"))) == list(read_sessions(alone))
    whole: list[Session] = []
    await simulate(config.job("train"), whole.append)
    assert list(read_sessions(config.file("train"))) == whole
    assert len({session.site for session in whole}) > 1
    assert {s.site for s in read_sessions(config.file("unseen_theme"))} == {
        "embedded-shop/pocket/en"
    }
    sample = [encode(s) for s, _ in zip(read_sessions(SAMPLE), range(1), strict=False)]
    validation = [
        encode(msgspec.structs.replace(s, versions=msgspec.json.decode(line)["versions"]))
        for s, line in zip(read_sessions(config.file("validation")), sample, strict=True)
    ]
    assert validation == sample, "pages changed: make the sample again (docs/data.md)"
    lines = alone.read_bytes()
    card = describe("validation", config.file("validation"), len, "bytes")
    assert card.sha256 == hashlib.sha256(lines).hexdigest()
    everyone = [{s.user_id for s in read_sessions(config.file(part))} for part in sizes]
    assert sum(len(users) for users in everyone) == len(set.union(*everyone))
