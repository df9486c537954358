"""Whether different customers act differently: how alike their visits are to each other.

Virtual customers whose visits are more alike than people's are one average buyer with many names
(Zanjani Foumani et al. 2026, SimPersona, arXiv 2605.14205, on collapse to an average buyer).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from eval.fidelity.matched import distance
from eval.fidelity.schema import Likeness
from eval.fidelity.trails import Trail
from eval.stats.bootstrap import percentile_interval, weights
from eval.stats.intervals import FEWEST, Interval, independent_difference
from eval.stats.tally import Floats

MOST_VISITS = 400
"""Visits of each side that are held against each other; all users come before second visits."""
_DRAWS = 2_000


def likeness(first: Sequence[Trail], second: Sequence[Trail]) -> Likeness:
    """How alike visits are within each population."""
    one, other = _Alike(first), _Alike(second)
    return Likeness(
        first=one.across,
        first_ci95=one.interval(),
        second=other.across,
        second_ci95=other.interval(),
        difference_ci95=independent_difference(
            other.across or 0.0, other.interval(), one.across or 0.0, one.interval()
        ),
        first_own=one.own,
        second_own=other.own,
    )


class _Alike:
    """The likeness of all pairs of visits of one population."""

    def __init__(self, trails: Sequence[Trail]) -> None:
        chosen = _spread_over_users(trails)
        numbers = {name: n for n, name in enumerate(dict.fromkeys(one.who for one in chosen))}
        self._users = np.array([numbers[one.who] for one in chosen], dtype=np.intp)
        self._alike = _likenesses(chosen)
        self._others = self._users[:, None] != self._users[None, :]
        self.across = float(self._alike[self._others].mean()) if self._others.any() else None
        self.own = _within(trails)

    def interval(self) -> Interval | None:
        """Of `across`, users drawn again: a user drawn twice is not held against itself."""
        users = int(self._users.max()) + 1 if len(self._users) else 0
        if users < FEWEST:
            return None
        hot = np.zeros((len(self._users), users))
        hot[np.arange(len(self._users)), self._users] = 1.0
        alike = hot.T @ (self._alike * self._others) @ hot
        pairs = hot.T @ self._others.astype(float) @ hot
        drawn = []
        for draw in weights(users, _DRAWS):
            part = np.einsum("di,di->d", draw @ alike, draw)
            whole = np.einsum("di,di->d", draw @ pairs, draw)
            drawn.append(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
        return percentile_interval(np.concatenate(drawn))


def _likenesses(trails: Sequence[Trail]) -> Floats:
    """Of each with each, `[n, n]`: 1 less the normalised edit distance of the kinds of actions."""
    letters: dict[str, str] = {}
    words = [
        "".join(letters.setdefault(kind, chr(0x4E00 + len(letters))) for kind in one.kinds)
        for one in trails
    ]
    return np.asarray(
        cdist(words, words, scorer=Levenshtein.normalized_similarity), dtype=np.float64
    )


def _within(trails: Sequence[Trail]) -> float | None:
    """The mean likeness of a customer's visit and their next; None where nobody came twice."""
    last: dict[str, Trail] = {}
    found = []
    for one in trails:
        if one.who in last:
            found.append(1.0 - distance(last[one.who], one))
        last[one.who] = one
    return float(np.mean(found)) if found else None


def _spread_over_users(trails: Sequence[Trail]) -> list[Trail]:
    """At most `MOST_VISITS`: the first of every user, then the second of every user, and so on."""
    count: dict[str, int] = {}
    turns = []
    for place, one in enumerate(trails):
        count[one.who] = count.get(one.who, 0) + 1
        turns.append((count[one.who], place))
    return [trails[place] for _, place in sorted(turns)[:MOST_VISITS]]
