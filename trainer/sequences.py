"""Sessions as training sequences: token ids and masks, made once and kept on disk.

One row per window of the one prompt builder (`agent.prompts.context_window`). Tokenizing streams;
reading maps the file, so memory does not grow with the data.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType

import msgspec
import numpy as np

from agent.cache import cache_dir
from agent.prompts import context_window
from agent.prompts.context_window import ContextTooSmall, PromptBuilder, TrainingSequence
from agent.prompts.prompt import PromptSettings
from agent.prompts.tokenizer import FastTokenizer
from agent.sessions import dataset, paper_actions
from agent.sessions.dataset import files_of, read_sessions
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import RecordError, Session
from trainer import soft_targets as targets
from trainer.config import Windows
from trainer.errors import DataError, TrainError
from trainer.sequence_files import SequenceCounts, SequenceFiles, Sequences
from trainer.soft_targets import soft_targets

LAYOUT = "2"
"""Changes when the files written here change."""
_MAKERS = (context_window, paper_actions, dataset)
"""What the words and their ids are made by, with all that it imports of ours: sequences made by
other code are made again."""

_OURS = ("agent", "envs")
"""Packages whose code can change what a prompt says."""

Report = Callable[[int], None]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What of each session is learned: its first `steps` (None: all), and with `soft` what else
    might have been done (`trainer.soft_targets`). `windows`: ``all`` that it takes, or ``one``, cut
    off at its end."""

    steps: int | None = None
    soft: bool = False
    windows: Windows = "all"

    def rows(self, session: Session, builder: PromptBuilder) -> list[TrainingSequence]:
        """The sequences of a session."""
        if self.windows == "all":
            return builder.training_sequences(session)
        row = builder.one_sequence(session)
        return [] if row is None else [row]

    def of(self, session: Session) -> Session:
        """The part of the session, which then has no end of its own."""
        if self.steps is None or self.steps >= len(session.steps):
            return session
        return msgspec.structs.replace(session, steps=session.steps[: self.steps], end=None)


WHOLE = Part()


def prepare(
    path: Path,
    tokenizer: FastTokenizer,
    settings: PromptSettings,
    *,
    skip: int = 0,
    limit: int | None = None,
    skip_bad: bool = False,
    part: Part = WHOLE,
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
        key = _key(data_hash, tokenizer, settings, skip, limit, part)
        folder = cache_dir("sequences") / key
        if not (folder / "counts.json").exists():
            sessions = _stream(path, skip, limit, skip_bad)
            _write(sessions, PromptBuilder(tokenizer, settings), folder, data_hash, part, report)
        elif not skip_bad and Sequences(folder).counts.bad_rows:
            for _ in _stream(path, skip, limit, skip_bad).sessions:
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


class _Stream:
    """Sessions of a data set, and how many rows were passed over."""

    def __init__(self, sessions: Iterator[Session], bad: list[RecordError]) -> None:
        self.sessions = sessions
        self.bad = bad


def _stream(path: Path, skip: int, limit: int | None, skip_bad: bool) -> _Stream:
    bad: list[RecordError] = []
    sessions = read_sessions(path, on_bad=bad.append if skip_bad else None)
    return _Stream(islice(sessions, skip, None if limit is None else skip + limit), bad)


def _write(
    stream: _Stream,
    windows: PromptBuilder,
    folder: Path,
    data_hash: str,
    part: Part,
    report: Report,
) -> None:
    """Tokenize everything into a draft folder and put it in place in one step."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        _fill(draft, stream, windows, data_hash, part, report)
        draft.rename(folder)
    except OSError:
        if not (folder / "counts.json").exists():  # else another process was first
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(
    draft: Path,
    stream: _Stream,
    windows: PromptBuilder,
    data_hash: str,
    part: Part,
    report: Report,
) -> None:
    sessions = steps = supervised = hidden = longest = soft = 0
    offsets = [0]
    with SequenceFiles(draft) as files:
        for session in stream.sessions:
            known = session if windows.settings.actions == "full" else without_browsing(session)
            learned = part.of(known)
            for row in part.rows(learned, windows):
                targets = list(soft_targets(learned, row, windows)) if part.soft else []
                files.add(row, targets, offsets[-1])
                offsets.append(offsets[-1] + len(row.ids))
                supervised += sum(row.supervised)
                hidden += len(row.hidden)
                longest = max(longest, len(row.ids))
                soft += len(targets)
            sessions += 1
            steps += len(learned.steps)
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
        soft_targets=soft,
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
def _code(soft: bool) -> str:
    """A hash of the code in `_MAKERS`, and of the shoppers' where targets are theirs."""
    digest = hashlib.blake2b(digest_size=16)
    makers = (*_MAKERS, targets) if soft else _MAKERS
    for file in sorted(imported_files(makers)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def imported_files(modules: Iterable[ModuleType]) -> set[Path]:
    """The files of `modules`, and of all that they import from the same packages, to the end."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        file = Path(str(module.__file__))
        if file not in found:
            found.add(file)
            waiting += _imported(file)
    return found


def _imported(file: Path) -> Iterator[ModuleType]:
    """Modules of ours that stand in the import statements of a file; they have been imported."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.partition(".")[0] in _OURS and name in sys.modules:
                yield sys.modules[name]


def _key(
    data_hash: str,
    tokenizer: FastTokenizer,
    settings: PromptSettings,
    skip: int,
    limit: int | None,
    part: Part,
) -> str:
    """The cache folder's name: everything that the sequences depend on."""
    form, taken = repr(tokenizer.chat), f"{skip}:{limit}:{part}"
    parts = (
        *(LAYOUT, _code(part.soft), data_hash, tokenizer.description),
        *(form, repr(settings), taken),
    )
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
