"""Beyond the paper: near misses of queries, calibration of the outcome, rank of the true action.

Each is None or empty where the rows do not hold what it needs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from envs.actions import Typing
from eval.benchmark.counts import true_outcome
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import Calibration, NearMisses, TrueAction
from eval.stats.similarity import chrf

BINS = 10
TOP = 5


def near_misses(rows: Sequence[Prediction]) -> NearMisses:
    """How near typed texts are, over steps where both the truth and the prediction type."""
    pairs = [
        (row.prediction.text, row.truth.text)
        for row in rows
        if isinstance(row.prediction, Typing) and isinstance(row.truth, Typing)
    ]
    if not pairs:
        return NearMisses()
    return NearMisses(
        pairs=len(pairs),
        chrf=float(np.mean([chrf(guess, truth) for guess, truth in pairs])),
        edit_similarity=float(
            np.mean([Levenshtein.normalized_similarity(*pair) for pair in pairs])
        ),
        edit_distance=float(np.mean([Levenshtein.distance(*pair) for pair in pairs])),
    )


def calibration(rows: Sequence[Prediction]) -> Calibration | None:
    """Brier score and expected calibration error of the probability of buying, over sessions that
    ended by buying or leaving, in ten bins of equal width (Guo et al. 2017, section 2)."""
    known = [
        (row.p_buy, true_outcome(row) == "buy")
        for row in rows
        if isinstance(row.p_buy, float | int) and true_outcome(row) is not None
    ]
    if not known:
        return None
    p, bought = np.array(known, dtype=float).T
    place = np.minimum((p * BINS).astype(int), BINS - 1)
    bins = tuple(
        (float(p[place == b].mean()), float(bought[place == b].mean()), int((place == b).sum()))
        for b in range(BINS)
        if (place == b).any()
    )
    gap = sum(abs(mean - share) * n for mean, share, n in bins) / len(p)
    return Calibration(
        sessions=len(p), brier=float(np.mean((p - bought) ** 2)), expected_error=gap, bins=bins
    )


def true_action(rows: Sequence[Prediction]) -> TrueAction | None:
    """Log-probability and rank of the true action; ranks count from 1."""
    logs = [r.truth_logprob for r in rows if isinstance(r.truth_logprob, float | int)]
    ranks = np.array([r.truth_rank for r in rows if isinstance(r.truth_rank, int)], dtype=float)
    if not logs and not len(ranks):
        return None
    return TrueAction(
        steps=max(len(logs), len(ranks)),
        mean_logprob=float(np.mean(logs)) if logs else None,
        mean_reciprocal_rank=float(np.mean(1 / ranks)) if len(ranks) else None,
        top5=float(np.mean(ranks <= TOP)) if len(ranks) else None,
    )
