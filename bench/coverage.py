"""How often each 95 % interval holds the truth, by simulation: shares, shares of clustered trials,
means, and their differences, from 3 to 200 clusters.

    python -m bench.coverage [--draws 4000]

A row is one kind of interval and one number of clusters; its least coverage is that of the truth it
did worst at. Seeds are fixed: the table is the same on every machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.stats import intervals
from eval.stats.intervals import Interval
from eval.stats.tally import Floats

SIZES = (3, 5, 8, 12, 20, 50, 200)
SHARES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.8, 1.0)
Draw = Callable[[np.random.Generator, int, float], tuple[float, Interval | None]]
"""The truth at a size and a share, and the interval of one sample of it."""


@dataclass(frozen=True)
class Coverage:
    """At one kind and size: the mean and the least coverage over the truths, in how many samples an
    interval was given at all, and its mean width."""

    kind: str
    clusters: int
    mean: float | None
    least: float | None
    given: float
    width: float | None


def share(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    return p, intervals.wilson(int(rng.binomial(n, p)), n)


def clustered(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    """One to eight visits of a user, who are alike (intraclass correlation 0.3)."""
    parts, wholes = _users(rng, n, p)
    return p, intervals.clustered_share(parts, wholes)


def accuracy(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    """The mean over sessions of the share of six steps that are right."""
    right = rng.binomial(6, _beta(rng, n, p, 20)) / 6
    return p, intervals.clustered_share(right, np.ones(n))


def mean(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    """Steps a visit: skew counts with a mean of 1 to 11."""
    steps = 1.0 + rng.poisson(10 * p * rng.gamma(2, 0.5, n))
    return 1 + 10 * p, intervals.ratio_interval(steps, np.ones(n))


def difference(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    """Of shares of two independent samples, 0.1 apart."""
    other = min(1.0, p + 0.1)
    a, b = int(rng.binomial(n, p)), int(rng.binomial(n, other))
    ends = intervals.wilson(a, n), intervals.wilson(b, n)
    return other - p, intervals.independent_difference(a / n, ends[0], b / n, ends[1])


def paired(rng: np.random.Generator, n: int, p: float) -> tuple[float, Interval | None]:
    """Of shares of the same people, of whom most do the same on both sides."""
    only = 0.15 * (1 - p), 0.1 * p
    chances = [p - only[1], only[1], only[0], 1 - p - only[0]]
    counts = [int(count) for count in rng.multinomial(n, chances)]
    return only[0] - only[1], intervals.paired_difference(*counts)


KINDS: dict[str, Draw] = {
    "share": share,
    "share, several visits a user": clustered,
    "share of steps, by session": accuracy,
    "mean": mean,
    "difference of shares": difference,
    "paired difference of shares": paired,
}


def coverage(kind: str, clusters: int, draws: int, seed: int = 1) -> Coverage:
    rng = np.random.default_rng([seed, clusters])
    covered, widths, given = [], [], 0
    for p in SHARES:
        held = []
        for _ in range(draws):
            truth, found = KINDS[kind](rng, clusters, p)
            if found is not None:
                held.append(found[0] - 1e-9 <= truth <= found[1] + 1e-9)
                widths.append(found[1] - found[0])
        given += len(held)
        if held:
            covered.append(float(np.mean(held)))
    return Coverage(
        kind=kind,
        clusters=clusters,
        mean=float(np.mean(covered)) if covered else None,
        least=min(covered, default=None),
        given=given / (draws * len(SHARES)),
        width=float(np.mean(widths)) if widths else None,
    )


def _beta(rng: np.random.Generator, n: int, p: float, strength: float) -> Floats:
    """Shares of `n` clusters around `p`."""
    if p in (0.0, 1.0):
        return np.full(n, p)
    return rng.beta(p * strength, (1 - p) * strength, n)


def _users(rng: np.random.Generator, n: int, p: float) -> tuple[Floats, Floats]:
    wholes = rng.integers(1, 9, n)
    parts = rng.binomial(wholes, _beta(rng, n, p, 7 / 3))
    return parts.astype(np.float64), wholes.astype(np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=4_000)
    options = parser.parse_args()
    table = Table(title="coverage of 95 % intervals")
    for column in ("interval", "clusters", "mean", "least", "given", "width"):
        table.add_column(column, justify="left" if column == "interval" else "right")
    for kind in KINDS:
        for clusters in SIZES:
            found = coverage(kind, clusters, options.draws)
            shown = [
                "–" if value is None else f"{value:.3f}"
                for value in (found.mean, found.least, found.given, found.width)
            ]
            table.add_row(kind, str(clusters), *shown)
    Console().print(table)


if __name__ == "__main__":
    main()
