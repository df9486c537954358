"""Visits of both populations that set out alike, and how many actions apart they went.

Paired by what they share: the very visit, the customer and what they came for, what they came for,
or the customer. Normalised edit distance of the kinds of actions (Levenshtein 1966; divided by the
longer of the two), held against that of visits that share nothing.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from eval.fidelity.schema import Matched
from eval.fidelity.trails import Trail
from eval.stats.intervals import clustered_difference, ratio_interval
from eval.stats.tally import summed

OTHERS = 20
"""Visits of the second drawn for each of the first, to say how far apart any two are."""

_WAYS: dict[str, Callable[[Trail], Hashable | None]] = {
    "visit": lambda one: (one.session_id, one.intent, one.user),
    "customer and intent": lambda one: (one.user, one.intent) if one.user and one.intent else None,
    "intent": lambda one: one.intent,
    "customer": lambda one: one.user,
}


def matched(first: Sequence[Trail], second: Sequence[Trail], seed: int = 0) -> Matched | None:
    """The pairs by the closest thing that any two visits share; None where none share anything."""
    for by, key in _WAYS.items():
        pairs = _pairs(first, second, key)
        if pairs:
            return _measured(by, pairs, second, seed)
    return None


def _pairs(
    first: Sequence[Trail], second: Sequence[Trail], key: Callable[[Trail], Hashable | None]
) -> list[tuple[Trail, Trail]]:
    """The k-th visit of a key with the k-th of the other side; who is left over has no pair."""
    waiting: dict[Hashable, list[Trail]] = defaultdict(list)
    for one in second:
        waiting[key(one)].append(one)
    taken: dict[Hashable, int] = defaultdict(int)
    pairs = []
    for one in first:
        found = key(one)
        place = taken[found]
        if found is None or place >= len(waiting[found]):
            continue
        taken[found] += 1
        pairs.append((one, waiting[found][place]))
    return pairs


def _measured(
    by: str, pairs: list[tuple[Trail, Trail]], second: Sequence[Trail], seed: int
) -> Matched:
    chance = random.Random(seed)
    own = np.array([distance(one, other) for one, other in pairs])
    far = np.array([_from_others(one, other, second, chance) for one, other in pairs])
    names = {name: n for n, name in enumerate(dict.fromkeys(one.who for one, _ in pairs))}
    clusters = np.array([names[one.who] for one, _ in pairs], dtype=np.intp)
    size = summed(clusters)
    return Matched(
        by=by,
        pairs=len(pairs),
        distance=float(own.mean()),
        ci95=ratio_interval(summed(clusters, own), size),
        others=float(far.mean()),
        gain=float((far - own).mean()),
        gain_ci95=clustered_difference(summed(clusters, far - own), size),
    )


def _from_others(one: Trail, match: Trail, second: Sequence[Trail], chance: random.Random) -> float:
    """How far it is from visits that are not its match; where there are none, from the match."""
    drawn = [other for other in chance.choices(second, k=OTHERS) if other is not match]
    return float(np.mean([distance(one, other) for other in drawn or [match]]))


def distance(one: Trail, other: Trail) -> float:
    """0: the same kinds of actions in the same order; 1: nothing in common."""
    return float(Levenshtein.normalized_distance(one.kinds, other.kinds))
