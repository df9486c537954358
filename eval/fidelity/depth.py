"""How much deeper visits of the first population go than those of the second, by who bought.

Simulated users who will not buy stay on and go deeper than people who will not: the disengagement
deficit (Chen 2026, Simulated Customers Never Walk Away, arXiv 2606.20708). There it is measured in
the states of a conversation, here in the stages of a visit and in actions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from eval.fidelity.schema import Depth
from eval.fidelity.trails import Trail
from eval.stats.intervals import Interval, independent_difference, ratio_interval
from eval.stats.tally import Floats, summed

STAGE, ACTIONS = "stage reached (0 arrived to 4 bought)", "actions a visit"
_OF: dict[str, Callable[[Trail], float]] = {
    STAGE: lambda one: float(one.depth),
    ACTIONS: lambda one: float(len(one.kinds)),
}


def depths(first: Sequence[Trail], second: Sequence[Trail]) -> tuple[Depth, ...]:
    """One row a measure of depth. Only visits that bought or left count: one that a limit cut off
    did not decide to go."""
    decided = [[one for one in side if one.ended != "other"] for side in (first, second)]
    return tuple(_depth(label, of, *decided) for label, of in _OF.items())


def _depth(
    label: str, of: Callable[[Trail], float], first: Sequence[Trail], second: Sequence[Trail]
) -> Depth:
    buyers, buyers_ci = _gap(of, first, second, bought=True)
    others, others_ci = _gap(of, first, second, bought=False)
    known = buyers is not None and others is not None
    spread = [of(one) for one in second if not one.bought]
    deviation = float(np.std(spread, ddof=1)) if len(spread) > 1 else 0.0
    return Depth(
        label=label,
        buyers=buyers,
        buyers_ci95=buyers_ci,
        others=others,
        others_ci95=others_ci,
        deficit=others - buyers if known and others is not None and buyers is not None else None,
        deficit_ci95=independent_difference(buyers or 0.0, buyers_ci, others or 0.0, others_ci)
        if known
        else None,
        effect=others / deviation if others is not None and deviation > 0 else None,
    )


def _gap(
    of: Callable[[Trail], float], first: Sequence[Trail], second: Sequence[Trail], *, bought: bool
) -> tuple[float | None, Interval | None]:
    """The first's mean less the second's, over those who bought or those who did not."""
    sides = [[one for one in side if one.bought is bought] for side in (first, second)]
    if not all(sides):
        return None, None
    (one, one_ci), (other, other_ci) = (_mean(of, side) for side in sides)
    return one - other, independent_difference(other, other_ci, one, one_ci)


def _mean(of: Callable[[Trail], float], trails: Sequence[Trail]) -> tuple[float, Interval | None]:
    """With an interval over users; a number that never varies is what it is."""
    names = {name: n for n, name in enumerate(dict.fromkeys(one.who for one in trails))}
    users = np.array([names[one.who] for one in trails], dtype=np.intp)
    values: Floats = np.array([of(one) for one in trails])
    size = summed(users)
    mean = float(values.mean())
    if len(size) > 1 and np.ptp(values) == 0:
        return mean, (mean, mean)
    return mean, ratio_interval(summed(users, values), size)
