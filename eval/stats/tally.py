"""Counts per session and their sums, of which metrics are functions.

A bootstrap replicate is a weighted sum of the same counts, so one code computes a metric and its
thousand replicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


Totals = Mapping[str, Floats]
"""Sums of counts by column; scalars for a point estimate, vectors for bootstrap replicates."""


@dataclass(frozen=True)
class Tally:
    """Counts by session and column. `clusters` numbers the cluster each session belongs to."""

    sessions: tuple[str, ...]
    clusters: NDArray[np.intp]
    clustered_by: str
    columns: Mapping[str, int]
    counts: Floats

    def totals(self) -> Totals:
        """Sums over all sessions."""
        return self.named(self.counts.sum(axis=0))

    def named(self, sums: Floats) -> Totals:
        """Sums `[..., columns]` by the names of the columns."""
        return _Named(self.columns, sums)


class _Named(Mapping[str, Floats]):
    """Columns by name; one that never occurred is zero."""

    def __init__(self, columns: Mapping[str, int], sums: Floats) -> None:
        self._columns = columns
        self._sums = sums

    def __getitem__(self, name: str) -> Floats:
        column = self._columns.get(name)
        if column is None:
            return np.zeros(self._sums.shape[:-1])
        return np.asarray(self._sums[..., column], dtype=np.float64)

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def counts_by_session(
    counted: Iterable[tuple[str, str | None, Mapping[str, float]]], *, by_user: bool | None = None
) -> Tally:
    """A tally from session id, user id and counts of each session; clusters as in `tally`."""
    sessions, users, lines = [], [], []
    columns: dict[str, int] = {}
    for session, user, count in counted:
        sessions.append(session)
        users.append(user)
        lines.append({columns.setdefault(name, len(columns)): n for name, n in count.items()})
    counts = np.zeros((len(lines), len(columns)))
    for row, line in zip(counts, lines, strict=True):
        row[list(line)] = list(line.values())
    if by_user is None:
        by_user = None not in users and len(set(users)) > 1
    names: Sequence[object] = users if by_user else sessions
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return Tally(
        sessions=tuple(sessions),
        clusters=np.array([numbers[name] for name in names], dtype=np.intp),
        clustered_by="user" if by_user else "session",
        columns=columns,
        counts=counts,
    )


def summed(clusters: NDArray[np.intp], values: Floats | None = None) -> Floats:
    """The sum of `values` over each cluster; how many there are of each, where none are given."""
    return np.bincount(clusters, values).astype(np.float64)


Metric = Callable[[Totals], Floats]


@dataclass(frozen=True)
class Ratio:
    """A metric that is one sum over another, such as steps a visit: its interval has a formula
    (`eval.stats.intervals`), and so does its value in `Bootstrap`."""

    part: Metric
    whole: Metric

    def __call__(self, totals: Totals) -> Floats:
        return ratio(self.part(totals), self.whole(totals))


class Share(Ratio):
    """A ratio whose part is never more than the whole."""


def column(name: str) -> Metric:
    """The sum of one column."""
    return lambda totals: totals[name]


def mean_of(part: str, whole: str) -> Ratio:
    return Ratio(column(part), column(whole))


def share_of(part: str, whole: str) -> Share:
    return Share(column(part), column(whole))


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part / whole`, NaN where there is no whole."""
    part, whole = np.broadcast_arrays(part, whole)
    out = np.full(whole.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=out, where=whole > 0))


def mean_defined(scores: Floats) -> Floats:
    """Mean over the first axis of what is not NaN; NaN where nothing is."""
    defined = ~np.isnan(scores)
    return ratio(np.where(defined, scores, 0.0).sum(axis=0), defined.sum(axis=0).astype(float))
