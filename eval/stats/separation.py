"""How well two samples can be told apart: a discriminator's AUC on what it was not trained on.

A classifier two-sample test (Lopez-Paz and Oquab, ICLR 2017): who cannot do better than a coin has
found no difference of the kind it can see. Knows numbers only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.stats.bootstrap import percentile_interval, weights
from eval.stats.intervals import FEWEST, Interval
from eval.stats.tally import Floats

FOLDS = 5
PENALTY = 1.0
"""L2 penalty on standardised features, as the usual default of logistic regression has it."""
_DRAWS = 2_000
_FLAT = 1e-9


class Separation(NamedTuple):
    """`auc`: the chance that one of the second sample looks more like the second than one of the
    first does."""

    auc: float
    ci95: Interval | None


def separate(
    features: Floats, second: NDArray[np.bool_], groups: NDArray[np.intp], seed: int = 0
) -> Separation | None:
    """Tell rows of `features` [n, k] apart by logistic regression, in folds that keep groups, such
    as users, whole. None where a sample has fewer than `FEWEST` groups.

    The interval resamples groups, and is stretched by what models share that were trained on the
    same rows (Nadeau and Bengio 2003, Machine Learning 52:239).
    """
    for side in (second, ~second):
        if len(np.unique(groups[side])) < FEWEST:
            return None
    parts, scores = _folds(groups, second, seed), np.zeros(len(features))
    for fold in range(FOLDS):
        test = parts == fold
        fitted = _fit(features[~test], second[~test])
        scores[test] = _standardised(features[~test], features[test]) @ fitted
    folds = _Folds(np.round(scores, 9), second, parts)
    auc = float(folds.auc(np.ones((1, len(scores))))[0])
    return Separation(auc, _interval(folds, groups, seed, auc))


def _folds(groups: NDArray[np.intp], second: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
    """A fold for each row: groups are shuffled within the samples they occur in and dealt out, so
    that each fold has its share of both."""
    rng = np.random.default_rng(seed)
    dealt: dict[int, int] = {}
    for side in (second, ~second):
        names = [int(name) for name in np.unique(groups[side]) if int(name) not in dealt]
        order = rng.permutation(len(names))
        dealt |= {names[place]: n % FOLDS for n, place in enumerate(order)}
    return np.array([dealt[int(group)] for group in groups], dtype=np.intp)


def _standardised(known: Floats, rows: Floats) -> Floats:
    """Rows on the scale of what is known, after a column of ones; what never varies is 0."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    scaled = np.where(spread > _FLAT, (rows - mean) / np.maximum(spread, _FLAT), 0.0)
    return np.column_stack([np.ones(len(rows)), scaled])


def _fit(rows: Floats, second: NDArray[np.bool_]) -> Floats:
    """Weights of a logistic regression in which both samples weigh alike, the intercept first."""
    from scipy import optimize, special  # takes a second, which a run need not wait for

    design, signs = _standardised(rows, rows), np.where(second, 1.0, -1.0)
    share = np.where(second, 0.5 / max(1, second.sum()), 0.5 / max(1, (~second).sum()))
    share *= len(rows)

    def loss(weight: Floats) -> tuple[float, Floats]:
        margins = signs * (design @ weight)
        pull = -(share * signs * special.expit(-margins)) @ design
        penalty = np.concatenate([[0.0], weight[1:]])
        value = share @ np.logaddexp(0, -margins) + PENALTY / 2 * penalty @ penalty
        return float(value), pull + PENALTY * penalty

    found = optimize.minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, dtype=float)


class _Folds:
    """Scores of rows by models that did not know their fold. Only rows of one fold are held against
    each other: scores of different models have no common scale, and comparing them is biased
    (Airola et al. 2011, Computational Statistics and Data Analysis 55:1828)."""

    def __init__(self, scores: Floats, second: NDArray[np.bool_], parts: NDArray[np.intp]) -> None:
        self._second = second
        self._folds = []
        for fold in np.unique(parts):
            rows = np.flatnonzero(parts == fold)
            order = rows[np.argsort(scores[rows], kind="stable")]
            self._folds.append((order, np.unique(scores[order], return_index=True)[1]))

    def auc(self, weight: Floats) -> Floats:
        """The area under the ROC curve for each row of `weight` [draws, n], ties counted half
        (Hanley and McNeil 1982, Radiology 143:29); NaN where one sample has no weight."""
        area = both = np.zeros(len(weight))
        for order, starts in self._folds:
            mine = weight[:, order]
            ones = np.add.reduceat(np.where(self._second[order], mine, 0.0), starts, axis=1)
            zeros = np.add.reduceat(np.where(self._second[order], 0.0, mine), starts, axis=1)
            below = np.cumsum(zeros, axis=1) - zeros
            area = area + (ones * (below + zeros / 2)).sum(axis=1)
            both = both + ones.sum(axis=1) * zeros.sum(axis=1)
        return np.asarray(np.divide(area, both, out=np.full(len(both), np.nan), where=both > 0))


def _interval(folds: _Folds, groups: NDArray[np.intp], seed: int, auc: float) -> Interval | None:
    _, places = np.unique(groups, return_inverse=True)
    drawn = [folds.auc(draw[:, places]) for draw in weights(int(places.max()) + 1, _DRAWS, seed)]
    found = percentile_interval(np.concatenate(drawn))
    if found is None:
        return None
    stretch = np.sqrt(1 + FOLDS / (FOLDS - 1))
    low, high = (auc + stretch * (end - auc) for end in found)
    return max(0.0, float(low)), min(1.0, float(high))
