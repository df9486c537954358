"""Groups of points, and how many there are: k-means, by prediction strength.

Knows numbers, not whose they are. Prediction strength (Tibshirani and Walther 2005, Journal of
Computational and Graphical Statistics 14:511): how many pairs of one half that fall into one group
also do so by the groups found in the other half, for the group where that holds least. The number
of groups is the largest whose strength is at least `STABLE`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
STABLE = 0.8
"""As its authors advise: 0.8 to 0.9."""
SPLITS = 8
STARTS = 10
MOST = 8
BLUR = 0.5
"""Standard deviations by which points are moved at random before stability is judged: counts take
few values, and everybody with four searches would else be a group that is always found again."""
CLIP = 3.0
"""Standard deviations beyond which a habit is no further away."""


class Candidate(NamedTuple):
    """A number of groups that was tried: its prediction strength, averaged over splits in half, and
    the mean silhouette (Rousseeuw 1987), for the reader; `smallest` is its smallest group."""

    groups: int
    strength: float
    silhouette: float
    smallest: int


class Grouping(NamedTuple):
    """The groups that were chosen, and all that were tried."""

    labels: Labels
    centres: Floats
    tried: tuple[Candidate, ...]


def standardised(points: Floats, least: float = 0.0) -> Floats:
    """Each column with mean 0 and deviation 1, far ends clipped; one that varies by less than
    `least` is not blown up, so that no group is made of what hardly differs."""
    spread = np.maximum(points.std(axis=0), least)
    scaled = (points - points.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.asarray(np.clip(scaled, -CLIP, CLIP))


def group(
    points: Floats, *, least: int, most: int = MOST, wanted: int | None = None, seed: int = 0
) -> Grouping:
    """The largest number of groups, up to `most`, that is stable and of which none has fewer than
    `least` points; one group where no two are stable; `wanted` groups in any case.

    Raises:
        ValueError: there are fewer than `least` points.
    """
    if len(points) < least:
        raise ValueError(f"{len(points)} are fewer than {least}")
    tried = [_candidate(points, k, seed) for k in range(2, most + 1) if len(points) >= 2 * k * 2]
    stable = [c.groups for c in tried if c.strength >= STABLE and c.smallest >= least]
    chosen = wanted or max(stable, default=1)
    labels, centres = k_means(points, min(chosen, len(points)), seed)
    return Grouping(labels, centres, tuple(tried))


def _candidate(points: Floats, groups: int, seed: int) -> Candidate:
    labels, _ = k_means(points, groups, seed)
    rng = np.random.default_rng([seed, groups])
    strengths = []
    for split in range(SPLITS):
        blurred = points + rng.normal(scale=BLUR, size=points.shape) * (np.ptp(points, axis=0) > 0)
        order = rng.permutation(len(points))
        half = len(order) // 2
        one, other = blurred[order[:half]], blurred[order[half:]]
        strengths.append(_strength(one, other, groups, seed + split))
    return Candidate(
        groups,
        float(np.mean(strengths)),
        _silhouette(points, labels),
        int(np.bincount(labels, minlength=groups).min()),
    )


def _strength(one: Floats, other: Floats, groups: int, seed: int) -> float:
    own, _ = k_means(other, groups, seed)
    _, centres = k_means(one, groups, seed)
    predicted = nearest(other, centres)
    shares = []
    for label in range(groups):
        members = predicted[own == label]
        size = len(members)
        if size < 2:
            return 0.0
        together = sum(n * (n - 1) for n in np.bincount(members, minlength=groups))
        shares.append(together / (size * (size - 1)))
    return float(min(shares))


def k_means(points: Floats, groups: int, seed: int) -> tuple[Labels, Floats]:
    """Lloyd's k-means from the best of `STARTS` k-means++ beginnings (Arthur and Vassilvitskii
    2007); groups are numbered from the largest to the smallest."""
    rng = np.random.default_rng([seed, groups, len(points)])
    best: tuple[float, Labels, Floats] | None = None
    for _ in range(STARTS if groups > 1 else 1):
        centres = _beginning(points, groups, rng)
        for _ in range(100):
            labels = nearest(points, centres)
            moved = np.array(
                [
                    points[labels == n].mean(axis=0) if (labels == n).any() else centres[n]
                    for n in range(groups)
                ]
            )
            if np.allclose(moved, centres):
                break
            centres = moved
        labels = nearest(points, centres)
        cost = float(((points - centres[labels]) ** 2).sum())
        if best is None or cost < best[0] - 1e-9:
            best = cost, labels, centres
    assert best is not None
    _, labels, centres = best
    order = np.argsort(-np.bincount(labels, minlength=groups), kind="stable")
    place = np.empty(groups, dtype=np.intp)
    place[order] = np.arange(groups)
    return place[labels], centres[order]


def _beginning(points: Floats, groups: int, rng: np.random.Generator) -> Floats:
    chosen = [points[rng.integers(len(points))]]
    for _ in range(groups - 1):
        far = ((points[:, None, :] - np.array(chosen)[None]) ** 2).sum(axis=-1).min(axis=1)
        total = far.sum()
        share = far / total if total > 0 else np.full(len(points), 1 / len(points))
        chosen.append(points[rng.choice(len(points), p=share)])
    return np.array(chosen)


def nearest(points: Floats, centres: Floats) -> Labels:
    """The group of each point."""
    gaps = ((points[:, None, :] - centres[None]) ** 2).sum(axis=-1)
    return np.asarray(gaps.argmin(axis=1), dtype=np.intp)


_LOOKED_AT = 1000
"""Points of which a silhouette is taken: it grows with their square."""


def _silhouette(points: Floats, labels: Labels) -> float:
    step = -(-len(points) // _LOOKED_AT)
    points, labels = points[::step], labels[::step]
    gaps = np.sqrt(((points[:, None, :] - points[None]) ** 2).sum(axis=-1))
    known = np.unique(labels)
    if len(known) < 2:
        return 0.0
    hot = labels[:, None] == known[None]
    sums, sizes = gaps @ hot, hot.sum(axis=0)
    own = sums[hot] / np.maximum(1, sizes[np.searchsorted(known, labels)] - 1)
    others = np.where(hot, np.inf, sums / sizes).min(axis=1)
    wide = np.maximum(np.maximum(own, others), 1e-12)
    return float(np.mean((others - own) / wide))
