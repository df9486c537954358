"""Two samples that may be one: how large a distance is by chance alone.

Clusters are dealt to the two sides anew, as often as `DRAWS`; whatever sums over them can be looked
at each time (Fisher's permutation; p with the +1 correction of Phipson and Smyth 2010, SAGMB 9:39).
Knows numbers only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from eval.stats.intervals import LEVEL
from eval.stats.tally import Floats

DRAWS = 2_000
_CELLS = 8_000_000
_TINY = 1e-12

Distance = Callable[[Floats, Floats], Floats]
"""Of sums `[..., columns]` of the one and of the other side."""


class ByChance(NamedTuple):
    """`most`: what 95 % of samples of one population would stay below. `p`: how often they come as
    far apart as what was seen."""

    most: float
    p: float


def by_chance(
    first: Floats, second: Floats, distances: Mapping[str, Distance], seed: int = 0
) -> dict[str, ByChance]:
    """What each distance between two samples would be if they were one population.

    `first` and `second`: sums of each cluster, `[clusters, columns]`.
    """
    everyone = np.concatenate([first, second])
    whole, size = everyone.sum(axis=0), len(first)
    rng = np.random.default_rng(seed)
    at_once = max(1, _CELLS // max(1, len(everyone)))
    drawn: dict[str, list[Floats]] = {name: [] for name in distances}
    for start in range(0, DRAWS, at_once):
        keys = rng.random((min(at_once, DRAWS - start), len(everyone)))
        mine = np.zeros(keys.shape)
        np.put_along_axis(mine, np.argpartition(keys, size - 1, axis=1)[:, :size], 1.0, axis=1)
        one = mine @ everyone
        for name, distance in distances.items():
            drawn[name].append(distance(one, whole - one))
    found = {}
    for name, distance in distances.items():
        values = np.concatenate(drawn[name])
        seen = float(distance(first.sum(axis=0), second.sum(axis=0)))
        hits = int(np.sum(values >= seen - _TINY))
        found[name] = ByChance(float(np.nanquantile(values, LEVEL)), (hits + 1) / (DRAWS + 1))
    return found
