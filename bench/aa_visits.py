"""Free visits of one population held against more of the same, and against planted differences.

    python -m bench.aa_visits [--comparisons 200] [--customers 24]

What `shopper compare RUN DATA` says of whole visits, of two samples of the same synthetic shoppers
in the rehearsed shop: how often something is called different, with its 95 % interval. It should be
5 % or less. Then how often a measure of behaviour is called different when the second sample differs
by what the comparison said it would find four times in five.
"""

from __future__ import annotations

import argparse
from random import Random

import msgspec
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Session
from agent.shoppers.rehearsal import RehearsalShop
from bench.aa import rehearse, visits
from eval.behaviour import BehaviourMeasure, side_by_side
from eval.behaviour import population as populated
from eval.fidelity.compare import fidelity
from eval.fidelity.trails import trail_of
from eval.stats.intervals import Interval, wilson

ALPHA = 0.05
OTHER = 100_000
"""Between the numbers of the two samples of a comparison."""


def sample(shop: RehearsalShop, number: int, customers: int) -> list[Session]:
    return [rehearse(shop, visit, 0).session for visit in visits(number, customers)]


def called_different(one: list[Session], other: list[Session]) -> dict[str, bool | None]:
    """What a comparison of whole visits says, each way for itself; None where it says nothing."""
    found = fidelity([trail_of(s) for s in one], [trail_of(s) for s in other])
    told: dict[str, bool | None] = {d.label: d.p < ALPHA for d in found.distances}
    told["how visits end (users whole)"] = _below(found.outcomes.p_chance)
    told["buying (z)"] = _below(found.outcomes.z_p)
    for depth in found.depths:
        told[f"deficit, {depth.label}"] = _apart(depth.deficit_ci95)
        told[f"who did not buy, {depth.label}"] = _apart(depth.others_ci95)
    guess = found.discriminator
    told["discriminator"] = guess and guess.ci95 and not guess.ci95[0] <= 0.5 <= guess.ci95[1]
    told["likeness of customers"] = _apart(found.likeness.difference_ci95)
    return told


def _below(p: float | None) -> bool | None:
    return None if p is None else p < ALPHA


def _apart(ends: Interval | None) -> bool | None:
    return None if ends is None else not ends[0] <= 0 <= ends[1]


PLANTED = {"actions a session": "steps", "searches a session": "searches"}
"""Measures and the counts that a difference is planted in."""
BUYING = "purchases, of visits that bought or left"


def found_again(one: list[Session], other: list[Session], number: int) -> dict[str, bool | None]:
    """Whether a difference as large as what was called detectable is found."""
    before = _measures(one, other)
    told: dict[str, bool | None] = {}
    for label in PLANTED:
        told[label] = _apart(_planted(one, other, label, before[label].detectable))
    told[BUYING] = _apart(_sold(one, other, before[BUYING], Random(number)))
    return told


def _measures(one: list[Session], other: list[Session]) -> dict[str, BehaviourMeasure]:
    found = side_by_side(populated(one), populated(other), ("one", "other"))
    return {measure.label: measure for measure in found.measures}


def _planted(
    one: list[Session], other: list[Session], label: str, size: float | None
) -> Interval | None:
    """The interval when everyone of the second does `size` more."""
    if size is None:
        return None
    first, second = populated(one), populated(other)
    counts = second.counts.copy()
    counts[:, second.columns[PLANTED[label]]] += size
    changed = type(second)(
        second.sessions, second.clusters, second.clustered_by, second.columns, counts
    )
    measures = side_by_side(first, changed, ("one", "other")).measures
    return next(m.difference_ci95 for m in measures if m.label == label)


def _sold(
    one: list[Session], other: list[Session], seen: BehaviourMeasure, chance: Random
) -> Interval | None:
    """The interval when so many of those who left the second buy instead that the share is higher
    by what was called detectable; None where that is more than there are."""
    if seen.detectable is None or seen.second is None or seen.detectable > 1 - seen.second:
        return None
    share = seen.detectable / (1 - seen.second)
    changed = [
        msgspec.structs.replace(session, end="purchase")
        if outcome_of(session) is SessionOutcome.TERMINATE and chance.random() < share
        else session
        for session in other
    ]
    return _measures(one, changed)[BUYING].difference_ci95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--customers", type=int, default=24)
    options = parser.parse_args()
    shop, out = RehearsalShop(), Console()
    same: list[dict[str, bool | None]] = []
    planted: list[dict[str, bool | None]] = []
    for number in track(range(1, options.comparisons + 1), "comparing", console=out):
        one, other = (sample(shop, seed, options.customers) for seed in (number, OTHER + number))
        same.append(called_different(one, other))
        planted.append(found_again(one, other, number))
    for title, told in (("the same population", same), ("a planted difference", planted)):
        out.print(_table(f"{title}, {options.customers} customers a side", told))


def _table(title: str, told: list[dict[str, bool | None]]) -> Table:
    table = Table(title=title)
    for column in ("what", "called different", "of", "95 % from", "to"):
        table.add_column(column)
    for what in dict.fromkeys(name for one in told for name in one):
        called = [bool(one[what]) for one in told if one.get(what) is not None]
        if called:
            low, high = wilson(sum(called), len(called)) or (0.0, 1.0)
            share = f"{np.mean(called):.1%}"
            table.add_row(what, share, str(len(called)), f"{low:.1%}", f"{high:.1%}")
    return table


if __name__ == "__main__":
    main()
