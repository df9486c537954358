"""The forecast of a finished comparison: a share of the same customers on both sides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.runs.ab import is_comparison, side_folders
from agent.runs.folder import read_card
from eval.ab.pairing import pairs_of, visits_of
from eval.calibration.past_tests import Metric
from eval.calibration.schema import Gap
from eval.errors import EvalInputError
from eval.stats.paired import Paired
from eval.stats.tally import counts_by_session
from eval.visits import Visit

_CART = frozenset(("cart", "buy"))
_OF: dict[Metric, Callable[[Visit], bool]] = {
    "bought": lambda visit: visit.outcome.ordered,
    "cart": lambda visit: visit.outcome.ordered or bool(_CART.intersection(visit.kinds)),
}


def forecast_of(root: Path, metric: Metric) -> tuple[Gap, str]:
    """The customers' difference in a folder of `shopper run A B`, and their policy.

    Raises:
        EvalInputError: it holds no comparison, or too few customers finished on both sides.
    """
    if not is_comparison(root):
        raise EvalInputError(
            f"{root} holds no comparison: `shopper run A B --out {root}` makes one"
        )
    folders = side_folders(root)
    pairs = pairs_of(*map(visits_of, folders))
    if not pairs:
        raise EvalInputError(f"{root}: no customer finished on both sides")
    sides = [
        counts_by_session(
            (
                pair[side].visit.session_id,
                pair[side].user,
                {metric: float(_OF[metric](pair[side].visit))},
            )
            for pair in pairs
        )
        for side in (0, 1)
    ]
    found = Paired(sides[0], sides[1], 1).difference(metric, share=True)
    if found.ci95 is None:
        raise EvalInputError(
            f"{root}: {len(pairs)} customers finished on both sides, too few for an interval"
        )
    gap = Gap(value=found.gap, ci95=found.ci95, sides=(found.a, found.b))
    return gap, read_card(folders[0]).policy
