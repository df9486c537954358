"""In which order sequences are learned, and which process takes which.

A pure function of seed, epoch and lengths: every process computes the same plan, and a resumed run
continues it. Knows lengths, not tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec
import numpy as np


class Batch(msgspec.Struct, frozen=True):
    """One optimizer step: for each micro-step, the sequence each rank takes (None: nothing left).

    `micro` has shape (micro-steps, ranks).
    """

    micro: tuple[tuple[int | None, ...], ...]

    @property
    def sequences(self) -> tuple[int, ...]:
        return tuple(i for row in self.micro for i in row if i is not None)


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """A permutation of `count` sequences, int64, shape (count,)."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def plan_epoch(
    lengths: Sequence[int], *, batch: int, ranks: int, seed: int, epoch: int
) -> list[Batch]:
    """The optimizer steps of one epoch; every sequence occurs exactly once.

    Inside a step sequences are sorted by length and dealt out in rows of one per rank, so that
    ranks which wait for each other at a layer work on sequences of about the same length. The
    last step may be smaller; which sequences share a step does not depend on `ranks`.
    """
    order = iter(epoch_order(len(lengths), seed, epoch).tolist())
    steps = []
    while chosen := list(islice(order, batch)):
        chosen.sort(key=lambda i: (-lengths[i], i))
        steps.append(Batch(tuple(_rows(chosen, ranks))))
    return steps


def _rows(chosen: list[int], ranks: int) -> list[tuple[int | None, ...]]:
    rows = []
    for start in range(0, len(chosen), ranks):
        row: list[int | None] = list(chosen[start : start + ranks])
        rows.append(tuple(row + [None] * (ranks - len(row))))
    return rows
