"""Sessions as training sequences: token ids and masks, made once, kept on disk, mapped back.

One row per window of the one prompt builder (`agent.prompts.context_window`). Tokenizing streams;
reading maps the file, so memory does not grow with the data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from agent.cache import cache_dir
from agent.prompts import (
    chat_template as chat,
)
from agent.prompts import (
    context_window as window,
)
from agent.prompts import (
    prompt,
    trim,
)
from agent.prompts import (
    tokenizer as tokens,
)
from agent.prompts.context_window import ContextTooSmall, PromptBuilder
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer
from agent.sessions.dataset import files_of, read_sessions
from agent.sessions.session import RecordError, Session
from trainer.errors import DataError, TrainError

LAYOUT = "1"
"""Changes when the files written here change."""
_MAKERS = (chat, prompt, tokens, trim, window)
"""What the words and their ids are made by: sequences made by other code are made again."""

Report = Callable[[int], None]


class SequenceCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a data set. `hidden_steps` were trimmed off their page and are masked;
    `bad_rows` could not be read and were passed over because that was asked for."""

    sessions: int = 0
    steps: int = 0
    sequences: int = 0
    tokens: int = 0
    supervised: int = 0
    hidden_steps: int = 0
    longest: int = 0
    bad_rows: int = 0
    data_hash: str = ""


class Sequences:
    """Token sequences on disk. Row i: ids int32 and mask bool, both of shape (length i,)."""

    def __init__(self, folder: Path) -> None:
        self.counts = msgspec.json.decode(
            (folder / "counts.json").read_bytes(), type=SequenceCounts
        )
        self._offsets = np.load(folder / "offsets.npy")
        self._ids = _mapped(folder / "ids.bin", np.int32)
        self._mask = _mapped(folder / "mask.bin", np.bool_)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @property
    def lengths(self) -> list[int]:
        return [int(n) for n in np.diff(self._offsets)]

    def __getitem__(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(self._offsets[row], self._offsets[row + 1])
        return np.array(self._ids[part]), np.array(self._mask[part])


def prepare(
    path: Path,
    tokenizer: FastTokenizer,
    settings: PromptSettings,
    *,
    skip: int = 0,
    limit: int | None = None,
    skip_bad: bool = False,
    report: Report = lambda sessions: None,
) -> Sequences:
    """The data set at `path` as sequences; made now unless the same were made before.

    `report` is called with the number of sessions done. Several processes may call it for the same
    data at once: each writes its own draft, the first one done wins.

    Raises:
        DataError: unreadable or bad rows (with file, line and field), or nothing to learn.
        TrainError: the window is too small.
    """
    try:
        data_hash = _hash_files(path)
        key = _key(data_hash, tokenizer, settings, skip, limit)
        folder = cache_dir("sequences") / key
        if not (folder / "counts.json").exists():
            sessions = _part(path, skip, limit, skip_bad)
            _write(sessions, PromptBuilder(tokenizer, settings), folder, data_hash, report)
        elif not skip_bad and Sequences(folder).counts.bad_rows:
            for _ in _part(path, skip, limit, skip_bad).sessions:
                pass  # they were passed over when this was made; now the first one is to be told
    except (OSError, RecordError) as error:
        raise DataError(f"cannot read the data set {path}: {error}") from error
    except ContextTooSmall as error:
        raise TrainError(f"data.window = {settings.window}: {error}") from error
    sequences = Sequences(folder)
    if not sequences.counts.supervised:
        raise DataError(
            f"{path} has nothing to learn from: {sequences.counts.sessions} sessions, "
            f"{sequences.counts.steps} steps, {sequences.counts.hidden_steps} of them with their "
            "target trimmed off the page; check the file, or use a larger data.window"
        )
    return sequences


def _mapped(file: Path, dtype: type[np.generic]) -> np.ndarray:
    """The file as an array; an empty file cannot be mapped."""
    empty = file.stat().st_size == 0
    return np.zeros(0, dtype) if empty else np.memmap(file, dtype=dtype, mode="r")


class _Stream:
    """Sessions of a data set, and how many rows were passed over."""

    def __init__(self, sessions: Iterator[Session], bad: list[RecordError]) -> None:
        self.sessions = sessions
        self.bad = bad


def _part(path: Path, skip: int, limit: int | None, skip_bad: bool) -> _Stream:
    bad: list[RecordError] = []
    sessions = read_sessions(path, on_bad=bad.append if skip_bad else None)
    return _Stream(islice(sessions, skip, None if limit is None else skip + limit), bad)


def _write(
    stream: _Stream, windows: PromptBuilder, folder: Path, data_hash: str, report: Report
) -> None:
    """Tokenize everything into a draft folder and put it in place in one step."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        _fill(draft, stream, windows, data_hash, report)
        draft.rename(folder)
    except OSError:
        if not (folder / "counts.json").exists():  # else another process was first
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(
    draft: Path, stream: _Stream, windows: PromptBuilder, data_hash: str, report: Report
) -> None:
    offsets, sessions, steps, supervised, hidden, longest = [0], 0, 0, 0, 0, 0
    with (draft / "ids.bin").open("wb") as ids, (draft / "mask.bin").open("wb") as mask:
        for session in stream.sessions:
            for row in windows.training_sequences(session):
                np.asarray(row.ids, dtype=np.int32).tofile(ids)
                np.asarray(row.supervised, dtype=np.bool_).tofile(mask)
                offsets.append(offsets[-1] + len(row.ids))
                supervised += sum(row.supervised)
                hidden += len(row.hidden)
                longest = max(longest, len(row.ids))
            sessions += 1
            steps += len(session.steps)
            report(sessions)
    np.save(draft / "offsets.npy", np.asarray(offsets, dtype=np.int64))
    counts = SequenceCounts(
        sessions=sessions,
        steps=steps,
        sequences=len(offsets) - 1,
        tokens=offsets[-1],
        supervised=supervised,
        hidden_steps=hidden,
        longest=longest,
        bad_rows=len(stream.bad),
        data_hash=data_hash,
    )
    (draft / "counts.json").write_bytes(msgspec.json.encode(counts))


def _hash_files(path: Path) -> str:
    """BLAKE2 of the data's bytes, in file order."""
    digest = hashlib.blake2b(digest_size=16)
    for file in files_of(path):
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


@cache
def _code() -> str:
    """A hash of the code in `_MAKERS`."""
    digest = hashlib.blake2b(digest_size=16)
    for module in _MAKERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _key(
    data_hash: str,
    tokenizer: FastTokenizer,
    settings: PromptSettings,
    skip: int,
    limit: int | None,
) -> str:
    """The cache folder's name: everything that the sequences depend on."""
    form, part = repr(tokenizer.chat), f"{skip}:{limit}"
    parts = (LAYOUT, _code(), data_hash, tokenizer.description, form, repr(settings), part)
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
