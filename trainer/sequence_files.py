"""Training sequences on disk: written row by row, mapped back, so that memory does not grow with
the data. Knows arrays, not how they are made."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import numpy as np

from agent.prompts.context_window import TrainingSequence
from trainer.soft_targets import SoftTarget

_SOFT: dict[str, type[np.generic]] = {
    "positions": np.int64,
    "tokens": np.int32,
    "shares": np.float32,
}


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
    soft_targets: int = 0
    data_hash: str = ""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A sequence to learn. Arrays over its tokens, shape (length,): `ids` int32, `supervised` and
    `deciding` bool, the latter those of actions. Soft targets, if any, as entries: the token at
    `soft_positions` may be `soft_tokens` with the share `soft_shares`; shape (entries,)."""

    ids: np.ndarray
    supervised: np.ndarray
    deciding: np.ndarray
    soft_positions: np.ndarray
    soft_tokens: np.ndarray
    soft_shares: np.ndarray


class Sequences:
    """Token sequences on disk. Row i: ids int32 and mask bool, both of shape (length i,)."""

    def __init__(self, folder: Path) -> None:
        self.counts = msgspec.json.decode(
            (folder / "counts.json").read_bytes(), type=SequenceCounts
        )
        self._offsets = np.load(folder / "offsets.npy")
        self._ids = _mapped(folder / "ids.bin", np.int32)
        self._mask = _mapped(folder / "mask.bin", np.bool_)
        self._deciding = _mapped(folder / "deciding.bin", np.bool_)
        self._soft = [_mapped(folder / f"soft_{name}.bin", kind) for name, kind in _SOFT.items()]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @property
    def lengths(self) -> list[int]:
        return [int(n) for n in np.diff(self._offsets)]

    def length(self, row: int) -> int:
        """Tokens of a sequence."""
        return int(self._offsets[row + 1] - self._offsets[row])

    def __getitem__(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(self._offsets[row], self._offsets[row + 1])
        return np.array(self._ids[part]), np.array(self._mask[part])

    def example(self, row: int) -> Example:
        """The sequence with all that is known of its targets."""
        ids, supervised = self[row]
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        none = np.zeros(len(ids), dtype=np.bool_)
        positions, tokens, shares = self._soft
        soft = slice(*np.searchsorted(positions, (start, end)))
        return Example(
            ids=ids,
            supervised=supervised,
            deciding=np.array(self._deciding[start:end]) if len(self._deciding) else none,
            soft_positions=np.array(positions[soft]) - start,
            soft_tokens=np.array(tokens[soft]),
            soft_shares=np.array(shares[soft]),
        )


class SequenceFiles(ExitStack):
    """The arrays of a data set, written row by row."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        names = ("ids", "mask", "deciding", *(f"soft_{name}" for name in _SOFT))
        self._open = {n: self.enter_context((folder / f"{n}.bin").open("wb")) for n in names}

    def add(self, row: TrainingSequence, soft: Sequence[SoftTarget], start: int) -> None:
        deciding = np.zeros(len(row.ids), dtype=np.bool_)
        for place in row.actions.values():
            deciding[place.start : place.stop] = True
        entries = [
            (start + target.position, token, share)
            for target in soft
            for token, share in zip(target.tokens, target.shares, strict=True)
        ]
        arrays = {
            "ids": np.asarray(row.ids, dtype=np.int32),
            "mask": np.asarray(row.supervised, dtype=np.bool_),
            "deciding": deciding & np.asarray(row.supervised, dtype=np.bool_),
        }
        for column, (name, kind) in enumerate(_SOFT.items()):
            arrays[f"soft_{name}"] = np.asarray([e[column] for e in entries], dtype=kind)
        for name, array in arrays.items():
            array.tofile(self._open[name])


def _mapped(file: Path, dtype: type[np.generic]) -> np.ndarray:
    """The file as an array; an empty file cannot be mapped, and one that is not there is empty."""
    empty = not file.exists() or file.stat().st_size == 0
    return np.zeros(0, dtype) if empty else np.memmap(file, dtype=dtype, mode="r")
