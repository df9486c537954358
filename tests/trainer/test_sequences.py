"""Sequences on disk: made once, read back exactly, made again when anything they depend on changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from agent.prompts.context_window import PromptBuilder
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer
from agent.sessions.dataset import read_sessions

pytest.importorskip("torch")

from trainer import sequences as module
from trainer.errors import TrainError
from trainer.sequences import prepare

SETTINGS = PromptSettings(window=1024)


@pytest.fixture
def tokenizer(tiny_model: Callable[[bool], Path]) -> FastTokenizer:
    return FastTokenizer.read(tiny_model(True))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "cache_dir", lambda name: _made(tmp_path / name))
    return tmp_path / "sequences"


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def test_rows_are_the_windows_of_the_sessions(
    sessions_file: Path, tokenizer: FastTokenizer
) -> None:
    made = prepare(sessions_file, tokenizer, SETTINGS)
    windows = [
        window
        for session in read_sessions(sessions_file)
        for window in PromptBuilder(tokenizer, SETTINGS).training_sequences(session)
    ]
    assert len(made) == len(windows) == made.counts.sequences
    assert made.lengths == [len(window.ids) for window in windows]
    for row, window in enumerate(windows):
        ids, mask = made[row]
        assert ids.tolist() == list(window.ids)
        assert mask.tolist() == list(window.supervised)
    assert made.counts.tokens == sum(made.lengths)
    assert made.counts.supervised == sum(int(made[row][1].sum()) for row in range(len(made)))


def test_what_was_made_is_not_made_again(
    sessions_file: Path, tokenizer: FastTokenizer, own_cache: Path
) -> None:
    done: list[int] = []
    prepare(sessions_file, tokenizer, SETTINGS, report=done.append)
    assert done == list(range(1, 13))
    again = prepare(sessions_file, tokenizer, SETTINGS, report=done.append)
    assert len(done) == 12
    assert again.counts.sessions == 12
    for changed in (
        msgspec.structs.replace(SETTINGS, reasoning=False),
        msgspec.structs.replace(SETTINGS, window=2048),
    ):
        prepare(sessions_file, tokenizer, changed)
    prepare(sessions_file, tokenizer, SETTINGS, limit=3)
    assert len(list(own_cache.iterdir())) == 4


def test_parts_of_a_data_set(sessions_file: Path, tokenizer: FastTokenizer) -> None:
    whole = prepare(sessions_file, tokenizer, SETTINGS)
    first = prepare(sessions_file, tokenizer, SETTINGS, limit=5)
    rest = prepare(sessions_file, tokenizer, SETTINGS, skip=5)
    middle = prepare(sessions_file, tokenizer, SETTINGS, skip=5, limit=3)
    assert (first.counts.sessions, rest.counts.sessions, middle.counts.sessions) == (5, 7, 3)
    assert first.lengths + rest.lengths == whole.lengths
    assert middle.lengths == rest.lengths[: len(middle)]


def test_changed_data_is_read_anew(
    sessions_file: Path, tokenizer: FastTokenizer, tmp_path: Path
) -> None:
    lines = sessions_file.read_bytes().splitlines(keepends=True)
    copy = tmp_path / "data.jsonl"
    copy.write_bytes(b"".join(lines))
    first = prepare(copy, tokenizer, SETTINGS)
    copy.write_bytes(b"".join(lines[:5]))
    second = prepare(copy, tokenizer, SETTINGS)
    assert (first.counts.sessions, second.counts.sessions) == (12, 5)
    assert first.counts.data_hash != second.counts.data_hash


def test_what_was_stopped_leaves_nothing_and_is_made_anew(
    sessions_file: Path, tokenizer: FastTokenizer, own_cache: Path
) -> None:
    def stop(sessions: int) -> None:
        if sessions == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(sessions_file, tokenizer, SETTINGS, report=stop)
    assert list(own_cache.iterdir()) == []
    assert prepare(sessions_file, tokenizer, SETTINGS).counts.sessions == 12


def test_bad_rows_that_were_passed_over_are_told_when_they_must_not_be(
    sessions_file: Path, tokenizer: FastTokenizer, tmp_path: Path, own_cache: Path
) -> None:
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(sessions_file.read_bytes() + b'{"session_id": 1}\n')
    with pytest.raises(TrainError, match=r"damaged\.jsonl:13"):
        prepare(damaged, tokenizer, SETTINGS)
    assert list(own_cache.iterdir()) == []
    assert prepare(damaged, tokenizer, SETTINGS, skip_bad=True).counts.bad_rows == 1
    with pytest.raises(TrainError, match=r"damaged\.jsonl:13"):
        prepare(damaged, tokenizer, SETTINGS)
    assert prepare(damaged, tokenizer, SETTINGS, skip_bad=True).counts.sessions == 12


def test_one_sequence_a_session_as_in_the_paper(
    sessions_file: Path, tokenizer: FastTokenizer
) -> None:
    """Cut off at its end, where the windows of acting would drop earlier pages."""
    short = msgspec.structs.replace(SETTINGS, window=700)
    one = prepare(sessions_file, tokenizer, short, part=module.Part(windows="one"))
    every = prepare(sessions_file, tokenizer, short)
    long = prepare(
        sessions_file,
        tokenizer,
        msgspec.structs.replace(SETTINGS, window=8192),
        part=module.Part(windows="one"),
    )
    assert len(one) == len(long) == 12 < len(every)
    assert max(one.lengths) == 700 < max(long.lengths)
    assert one.counts.hidden_steps > 0 and long.counts.hidden_steps == 0
    assert one.counts.supervised < every.counts.supervised
    for row in range(12):
        ids, mask = one[row]
        whole, all_of_it = long[row]
        assert (ids == whole[: len(ids)]).all()
        assert not (mask & ~all_of_it[: len(mask)]).any(), "never half an answer"
        ends = [i for i in range(len(mask) - 1) if mask[i] and not mask[i + 1]]
        assert all(not all_of_it[i + 1] for i in ends)
