"""How far apart two populations are in what they do next and how long they stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from eval.fidelity.schema import Distance
from eval.fidelity.trails import Trail
from eval.stats.bootstrap import (
    DRAWS_OF_MANY,
    SEED,
    Bootstrap,
    clusters_of,
    distance_interval,
    jensen_shannon,
)
from eval.stats.permutation import by_chance
from eval.stats.tally import Floats, Tally, counts_by_session

LONGEST = 40
"""Visits of so many actions or more are counted as one length."""


def distances(first: Sequence[Trail], second: Sequence[Trail]) -> tuple[Distance, ...]:
    """The distances of two populations of visits, with intervals and what chance alone gives.

    Nothing where either has fewer than two users or visits.
    """
    one, other = _tally(first), _tally(second)
    if min(clusters_of(one), clusters_of(other)) < 2:
        return ()
    columns = sorted(one.columns.keys() | other.columns.keys())
    looks = _Looks(columns)
    sums = [_by_cluster(tally, columns) for tally in (one, other)]
    found = by_chance(sums[0], sums[1], looks.all)
    drawn = [
        np.stack([Bootstrap(tally, DRAWS_OF_MANY, seed).totals[name] for name in columns], axis=-1)
        for tally, seed in ((one, SEED), (other, SEED + 1))
    ]
    totals = [each.sum(axis=0) for each in sums]
    return tuple(
        Distance(
            label=label,
            value=float(of(*totals)),
            ci95=distance_interval(of(*totals), of(*drawn)),
            most=MOST[label],
            chance=found[label].most,
            p=found[label].p,
        )
        for label, of in looks.all.items()
    )


MIX, LENGTHS = "mix of actions (Jensen-Shannon)", "actions a visit (Jensen-Shannon)"
L1, FROBENIUS = "what follows what (L1)", "what follows what (Frobenius)"
MOST: dict[str, float | None] = {MIX: 1.0, LENGTHS: 1.0, L1: 2.0, FROBENIUS: None}
"""The largest value of each; Frobenius grows with the number of kinds."""


class _Looks:
    """Distances of sums of the columns of `_tally`."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._kinds = _places(columns, "kind/")
        self._lengths = _places(columns, "length/")
        pairs = [name.removeprefix("next/") for name in columns if name.startswith("next/")]
        states = sorted({state for pair in pairs for state in pair.split(">")})
        self._states = len(states)
        self._pairs = _places(columns, "next/")
        self._cells = [
            states.index(a) * len(states) + states.index(b)
            for a, b in (pair.split(">") for pair in pairs)
        ]
        self.all = {
            MIX: lambda a, b: jensen_shannon(a[..., self._kinds], b[..., self._kinds]),
            LENGTHS: lambda a, b: jensen_shannon(a[..., self._lengths], b[..., self._lengths]),
            L1: self._l1,
            FROBENIUS: self._frobenius,
        }

    def _matrix(self, sums: Floats) -> tuple[Floats, Floats]:
        """What follows each state, in shares, `[..., states, states]`; and how often each state
        is left, as a share of all."""
        counts = np.zeros((*sums.shape[:-1], self._states**2))
        counts[..., self._cells] = sums[..., self._pairs]
        counts = counts.reshape(*sums.shape[:-1], self._states, self._states)
        rows = counts.sum(axis=-1, keepdims=True)
        shares = np.divide(counts, rows, out=np.zeros_like(counts), where=rows > 0)
        left = rows[..., 0]
        return shares, left / np.maximum(left.sum(axis=-1, keepdims=True), 1.0)

    def _l1(self, a: Floats, b: Floats) -> Floats:
        """Summed over what may follow, averaged over states as often as they occur in both."""
        (one, one_left), (other, other_left) = self._matrix(a), self._matrix(b)
        gaps = np.abs(one - other).sum(axis=-1)
        return np.asarray((gaps * (one_left + other_left) / 2).sum(axis=-1))

    def _frobenius(self, a: Floats, b: Floats) -> Floats:
        gaps = self._matrix(a)[0] - self._matrix(b)[0]
        return np.asarray(np.sqrt((gaps**2).sum(axis=(-2, -1))))


def _places(columns: Sequence[str], prefix: str) -> list[int]:
    return [place for place, name in enumerate(columns) if name.startswith(prefix)]


def _by_cluster(tally: Tally, columns: Sequence[str]) -> Floats:
    summed = np.zeros((clusters_of(tally), len(columns)))
    for place, name in enumerate(columns):
        if name in tally.columns:
            np.add.at(summed[:, place], tally.clusters, tally.counts[:, tally.columns[name]])
    return summed


def _tally(trails: Iterable[Trail]) -> Tally:
    return counts_by_session((one.session_id, one.user, _counts(one)) for one in trails)


def _counts(trail: Trail) -> Counter[str]:
    count = Counter(f"kind/{kind}" for kind in trail.kinds)
    count.update(f"next/{a}>{b}" for a, b in trail.transitions)
    count[f"length/{min(LONGEST, len(trail.kinds)):02}"] = 1
    return count
