"""In which order sequences are learned, which share a pass, and which process takes which.

A pure function of seed, epoch and lengths: every process computes the same plan, and a resumed run
continues it. Knows lengths, not tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec
import numpy as np

Pack = tuple[int, ...]
"""Sequences that share a pass, one after another; empty where nothing is left."""


class Batch(msgspec.Struct, frozen=True):
    """One optimizer step: for each micro-step, the sequences each rank takes.

    `micro` has shape (micro-steps, ranks).
    """

    micro: tuple[tuple[Pack, ...], ...]

    @property
    def sequences(self) -> tuple[int, ...]:
        return tuple(i for row in self.micro for pack in row for i in pack)


def epoch_order(count: int, seed: int, epoch: int) -> np.ndarray:
    """A permutation of `count` sequences, int64, shape (count,)."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def plan_epoch(
    lengths: Sequence[int],
    *,
    batch: int,
    ranks: int,
    seed: int,
    epoch: int,
    room: int | None = None,
) -> list[Batch]:
    """The optimizer steps of one epoch; every sequence occurs exactly once.

    Inside a step sequences are sorted by length and dealt out in rows of one per rank, so that
    ranks which wait for each other at a layer work on sequences of about the same length. With
    `room`, so many tokens of sequences share a pass. The last step may be smaller; which sequences
    share a step does not depend on `ranks`.
    """
    order = iter(epoch_order(len(lengths), seed, epoch).tolist())
    steps = []
    while chosen := list(islice(order, batch)):
        chosen.sort(key=lambda i: (-lengths[i], i))
        alone: list[Pack] = [(i,) for i in chosen]
        packs = alone if room is None else _packed(chosen, lengths, room)
        steps.append(Batch(tuple(_rows(packs, ranks))))
    return steps


def _packed(chosen: Iterable[int], lengths: Sequence[int], room: int) -> list[Pack]:
    """Sequences, longest first, each put where it first fits; one that is longer stands alone.
    Fullest packs come first."""
    packs: list[list[int]] = []
    left: list[int] = []
    for i in chosen:
        place = next((p for p, free in enumerate(left) if free >= lengths[i]), None)
        if place is None:
            packs.append([i])
            left.append(room - lengths[i])
        else:
            packs[place].append(i)
            left[place] -= lengths[i]
    return [tuple(packs[p]) for p in sorted(range(len(packs)), key=lambda p: (left[p], p))]


def _rows(packs: list[Pack], ranks: int) -> list[tuple[Pack, ...]]:
    rows = []
    for start in range(0, len(packs), ranks):
        row = packs[start : start + ranks]
        rows.append(tuple(row + [()] * (ranks - len(row))))
    return rows
