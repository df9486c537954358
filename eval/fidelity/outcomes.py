"""Whether visits end alike: chi-square over the ways to end, two proportions for buying."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.fidelity.schema import Outcomes
from eval.fidelity.trails import ENDS, Trail
from eval.stats.permutation import by_chance
from eval.stats.tally import Floats, counts_by_session

FEWEST_EXPECTED = 5.0
"""Below, chi-square is no guide (Cochran 1954, Biometrics 10:417)."""


def outcomes(first: Sequence[Trail], second: Sequence[Trail]) -> Outcomes:
    """Compare how visits ended."""
    counts = np.array(
        [[sum(t.ended == end for t in side) for end in ENDS] for side in (first, second)]
    )
    some = counts[:, counts.sum(axis=0) > 0]
    chi2, freedom, p, few = _chi_square(some)
    z, z_p = _two_proportions(counts[:, 0], counts.sum(axis=1))
    return Outcomes(
        ends=ENDS,
        first=tuple(map(int, counts[0])),
        second=tuple(map(int, counts[1])),
        chi2=chi2,
        freedom=freedom,
        p=p,
        p_chance=None if chi2 is None else _p_by_chance(first, second),
        z=z,
        z_p=z_p,
        few=few,
    )


def _chi_square(counts: Floats) -> tuple[float | None, int | None, float | None, bool]:
    """Pearson's test of homogeneity (1900, Philosophical Magazine 50:157)."""
    if counts.shape[1] < 2 or not counts.sum(axis=1).all():
        return None, None, None, False
    from scipy import stats  # takes a second, which a run need not wait for

    found = stats.chi2_contingency(counts, correction=False)
    few = bool((found.expected_freq < FEWEST_EXPECTED).any())
    return float(found.statistic), int(found.dof), float(found.pvalue), few


def _two_proportions(bought: Floats, visits: Floats) -> tuple[float | None, float | None]:
    """The pooled z of the shares who bought, the first's less the second's."""
    if not visits.all():
        return None, None
    pooled = bought.sum() / visits.sum()
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / visits).sum()))
    if error == 0:
        return None, None
    from scipy import special

    z = float((bought[0] / visits[0] - bought[1] / visits[1]) / error)
    return z, float(2 * special.ndtr(-abs(z)))


def _p_by_chance(first: Sequence[Trail], second: Sequence[Trail]) -> float | None:
    """Of the same statistic, when whole users are dealt to the sides anew."""
    one, other = (_by_user(side) for side in (first, second))
    if min(len(one), len(other)) < 2:
        return None
    return by_chance(one, other, {"": _statistic})[""].p


def _by_user(trails: Sequence[Trail]) -> Floats:
    tally = counts_by_session((t.session_id, t.user, {t.ended: 1.0}) for t in trails)
    summed = np.zeros((int(tally.clusters.max()) + 1, len(ENDS)))
    for place, end in enumerate(ENDS):
        if end in tally.columns:
            np.add.at(summed[:, place], tally.clusters, tally.counts[:, tally.columns[end]])
    return summed


def _statistic(one: Floats, other: Floats) -> Floats:
    """Chi-square of counts `[..., ends]`."""
    both = np.stack([one, other], axis=-2)
    ends, sides = both.sum(axis=-2, keepdims=True), both.sum(axis=-1, keepdims=True)
    expected = ends * sides / np.maximum(both.sum(axis=(-2, -1), keepdims=True), 1.0)
    gaps = np.divide((both - expected) ** 2, expected, out=np.zeros_like(both), where=expected > 0)
    return np.asarray(gaps.sum(axis=(-2, -1)))
