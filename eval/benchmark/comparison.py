"""Two benchmarks of the same steps, compared with paired tests.

Pairs are steps of the same sessions; clusters are resampled together. Knows rows, not folders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from eval import formatting
from eval.benchmark import metrics
from eval.benchmark.counts import outcome_is_known, predicted_outcome, tally, true_outcome
from eval.benchmark.matching import exact
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import Setting
from eval.errors import EvalInputError
from eval.stats.bootstrap import Bootstrap, mcnemar, sign_flip
from eval.stats.tally import Metric, Tally

METRICS: dict[str, Metric] = {
    "exact match, session macro": metrics.session_macro,
    "exact match, micro": metrics.micro,
    "exact match normalised, session macro": metrics.session_macro_normalised,
    "exact match normalised, micro": metrics.micro_normalised,
    "outcome F1 (buy)": metrics.f1_buy,
    "outcome weighted F1": metrics.weighted_f1,
    "outcome accuracy": metrics.outcome_accuracy,
    "action type accuracy": metrics.type_accuracy,
    "action type macro F1": metrics.type_macro_f1,
}
IGNORED_SETTINGS = frozenset(
    {"policy", "model", "adapter", "device", "threads", "cache_gb", "predictions"}
)
"""Settings that say which policy it is or where it ran, not how it was asked."""


class PolicyDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A metric of both, and second minus first with its paired interval."""

    label: str
    first: float | None
    second: float | None
    difference: float | None
    ci95: tuple[float, float] | None


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A hypothesis test; `p` is two-sided."""

    label: str
    p: float
    detail: str


class PolicyComparison(msgspec.Struct, frozen=True, kw_only=True):
    """`second` against `first`. `warnings` say why the two may not be comparable."""

    first: str
    second: str
    sessions: int
    steps: int
    clustered_by: str
    differences: tuple[PolicyDifference, ...]
    tests: tuple[Test, ...]
    warnings: tuple[str, ...] = ()


class ComparedPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: what it is called, on which data, how it was asked, and its rows; and how
    many steps it did not answer, of which there is no row."""

    label: str
    data: str
    settings: dict[str, Setting]
    rows: Sequence[Prediction]
    unanswered: int = 0


def compare(first: ComparedPolicy, second: ComparedPolicy) -> PolicyComparison:
    """Compare on the steps that both predicted.

    Raises:
        EvalInputError: there are none.
    """
    ours, theirs = _paired(first, second)
    unknown = [
        side.label
        for side, rows in ((first, ours), (second, theirs))
        if not all(map(_outcome_can_be_told, rows))
    ]
    if unknown:
        ours, theirs = _without_outcomes(ours), _without_outcomes(theirs)
    tallies = tally(ours), tally(theirs)
    boots = Bootstrap(tallies[0]), Bootstrap(tallies[1])
    totals = tallies[0].totals(), tallies[1].totals()
    differences = []
    for label, metric in METRICS.items():
        a, b = float(metric(totals[0])), float(metric(totals[1]))
        drawn = boots[1].replicates(metric) - boots[0].replicates(metric)
        gap = b - a
        differences.append(
            PolicyDifference(
                label=label,
                first=_defined(a),
                second=_defined(b),
                difference=_defined(gap),
                ci95=None if np.isnan(gap) else boots[0].percentiles(drawn),
            )
        )
    return PolicyComparison(
        first=first.label,
        second=second.label,
        sessions=len(tallies[0].sessions),
        steps=len(ours),
        clustered_by=tallies[0].clustered_by,
        differences=tuple(differences),
        tests=tuple(_tests(ours, theirs, tallies[0])),
        warnings=tuple(_warnings(first, second, len(ours), unknown)),
    )


def _paired(
    first: ComparedPolicy, second: ComparedPolicy
) -> tuple[list[Prediction], list[Prediction]]:
    """The steps that both predicted, each row with what is known of the step from either."""
    there = {row.place: row for row in second.rows}
    pairs = [(row, there[row.place]) for row in first.rows if row.place in there]
    pairs = [(a, b) for a, b in pairs if a.truth == b.truth]
    if not pairs:
        raise EvalInputError(
            f"{first.label} and {second.label} share no step: they were made on different data"
        )
    completed = [(_completed(a, b), _completed(b, a)) for a, b in pairs]
    return (
        [a for a, _ in completed],
        [msgspec.structs.replace(b, user_id=a.user_id) for a, b in completed],
    )


def _completed(row: Prediction, other: Prediction) -> Prediction:
    """The row with what it lacks and `other`, about the same step, says: a file by someone else's
    system needs no users and no kinds, but pairs are of one user and one page."""
    kinds = (
        (row.truth, row.truth_kind),
        (other.truth, other.truth_kind),
        (other.prediction, other.prediction_kind),
    )
    same = (kind for action, kind in kinds if kind and action == row.prediction)
    return msgspec.structs.replace(
        row,
        user_id=row.user_id or other.user_id,
        last=other.last if row.last is None else row.last,
        truth_kind=row.truth_kind or other.truth_kind,
        prediction_kind=row.prediction_kind or next(same, None),
    )


def _outcome_can_be_told(row: Prediction) -> bool:
    """Whether it is known if the prediction buys, where that counts."""
    return true_outcome(row) is None or outcome_is_known(row)


def _without_outcomes(rows: Sequence[Prediction]) -> list[Prediction]:
    return [msgspec.structs.replace(row, last=None) for row in rows]


def _tests(ours: Sequence[Prediction], theirs: Sequence[Prediction], counted: Tally) -> list[Test]:
    tests = [_permutation(ours, theirs, counted)]
    by_user = counted.clustered_by == "user"
    outcomes = [
        (predicted_outcome(a) == true_outcome(a), predicted_outcome(b) == true_outcome(b))
        for a, b in zip(ours, theirs, strict=True)
        if true_outcome(a) is not None
    ]
    if outcomes:
        caution = "; sessions of one user are not independent, so this p is too small"
        label = "McNemar's exact test on outcomes"
        tests.append(_mcnemar(label, outcomes, caution if by_user else ""))
    steps = [(exact(a), exact(b)) for a, b in zip(ours, theirs, strict=True)]
    tests.append(
        _mcnemar(
            "McNemar's exact test on steps",
            steps,
            "; steps of one session are not independent, so this p is too small",
        )
    )
    return tests


def _permutation(ours: Sequence[Prediction], theirs: Sequence[Prediction], counted: Tally) -> Test:
    """Signs are flipped for whole users where they are known, else for whole sessions."""
    by_session: dict[str, list[float]] = {}
    for a, b in zip(ours, theirs, strict=True):
        by_session.setdefault(a.session_id, []).append(float(exact(b)) - float(exact(a)))
    gaps = np.array([float(np.mean(by_session[session])) for session in counted.sessions])
    flipped = np.bincount(counted.clusters, weights=gaps).astype(np.float64)
    of = formatting.count(len(gaps), "session")
    if counted.clustered_by == "user":
        of += f" of {formatting.count(len(flipped), 'user')}, flipped by user"
    return Test(
        label="sign-flip permutation of session accuracy",
        p=sign_flip(flipped),
        detail=f"{of}, mean difference {100 * gaps.mean():.2f} points",
    )


def _mcnemar(label: str, pairs: Sequence[tuple[bool, bool]], caution: str) -> Test:
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    return Test(
        label=label,
        p=mcnemar(only_first, only_second),
        detail=f"only the first right {only_first}, only the second {only_second}, "
        f"of {len(pairs)}{caution}",
    )


def _warnings(
    first: ComparedPolicy, second: ComparedPolicy, shared: int, unknown: Sequence[str]
) -> list[str]:
    found = [
        f"{label} does not say on which kinds of elements it clicks: outcomes are not compared "
        "(score it with its data to have them)"
        for label in unknown
    ]
    if first.data != second.data:
        found.append(f"different data: {first.data} and {second.data}")
    for side in (first, second):
        if side.unanswered:
            found.append(
                f"{side.label} did not answer {formatting.count(side.unanswered, 'step')}: counted "
                "as wrong in its own results, left out here (shopper bench --resume asks again)"
            )
        if len(side.rows) != shared:
            found.append(
                f"of {side.label}, {formatting.count(shared, 'step')} of {len(side.rows):,} can be "
                "compared"
            )
    found += [
        f"asked differently: {key} is {one!r} and {other!r}"
        for key, (one, other) in _differing(first.settings, second.settings).items()
    ]
    return found


def _differing(
    one: Mapping[str, Setting], other: Mapping[str, Setting]
) -> dict[str, tuple[Setting, Setting]]:
    keys = [key for key in (*one, *other) if key not in IGNORED_SETTINGS]
    pairs = {key: (one.get(key), other.get(key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value
