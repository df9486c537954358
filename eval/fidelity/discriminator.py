"""What a visit looks like to a machine that is to tell virtual customers from people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eval.fidelity.schema import Clue, Discriminator
from eval.fidelity.trails import Trail
from eval.stats.separation import Separation, separate
from eval.stats.tally import Floats

SHOWN = 6
COIN = 0.5
RAREST = 0.02
"""Pairs of actions that fewer visits have are left out: a name for one visit, not for many."""
_TINY = 1e-9


def discriminator(first: Sequence[Trail], second: Sequence[Trail]) -> Discriminator | None:
    """How well the populations can be told apart by how visits go, users kept whole; None where
    there are too few of them (`eval.stats.separation`)."""
    everyone = [*first, *second]
    labels = _pairs_seen(everyone)
    names = [*_GENERAL, *(f"{a}, then {b}" for a, b in labels)]
    features = np.array([_features(one, labels) for one in everyone])
    is_first = np.array([True] * len(first) + [False] * len(second))
    numbers = {name: n for n, name in enumerate(dict.fromkeys(one.who for one in everyone))}
    groups = np.array([numbers[one.who] for one in everyone], dtype=np.intp)
    found = separate(np.log1p(features), is_first, groups)
    if found is None:
        return None
    return Discriminator(
        auc=found.auc, ci95=found.ci95, clues=_clues(names, features, is_first, found)
    )


def _clues(
    names: Sequence[str], features: Floats, is_first: NDArray[np.bool_], found: Separation
) -> tuple[Clue, ...]:
    """What differs most, each for itself, in standard deviations (Cohen's d); nothing where the
    discriminator finds no difference."""
    if found.ci95 is None or found.ci95[0] <= COIN:
        return ()
    one, other = features[is_first], features[~is_first]
    spread = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / 2)
    gaps = one.mean(axis=0) - other.mean(axis=0)
    effects = np.divide(gaps, spread, out=np.zeros_like(gaps), where=spread > _TINY)
    largest = np.argsort(-np.abs(effects), kind="stable")[:SHOWN]
    return tuple(
        Clue(
            label=names[place],
            effect=float(effects[place]),
            first=float(one[:, place].mean()),
            second=float(other[:, place].mean()),
        )
        for place in largest
        if abs(effects[place]) > _TINY
    )


_GENERAL = (
    "actions a visit",
    "stage reached",
    "bought",
    "words a search",
    "searches made again",
)


def _features(trail: Trail, labels: Sequence[tuple[str, str]]) -> Floats:
    steps = list(trail.transitions)
    words = [len(query.split()) for query in trail.queries]
    again = sum(a == b for a, b in pairwise(trail.queries))
    general = (
        float(len(trail.kinds)),
        float(trail.depth),
        float(trail.bought),
        float(np.mean(words)) if words else 0.0,
        float(again),
    )
    return np.array([*general, *(float(steps.count(pair)) for pair in labels)])


def _pairs_seen(trails: Sequence[Trail]) -> list[tuple[str, str]]:
    seen: dict[tuple[str, str], int] = {}
    for trail in trails:
        for pair in set(trail.transitions):
            seen[pair] = seen.get(pair, 0) + 1
    return sorted(pair for pair, n in seen.items() if n >= RAREST * len(trails))
