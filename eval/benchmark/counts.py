"""Counts per session, from which every metric is made.

Each metric is a function of sums over sessions. So a bootstrap replicate is a weighted sum of the
same counts, and one code computes a metric and its thousand replicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec import UNSET

from envs.actions import (
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
    action_type,
)
from eval.benchmark.matching import error_of, exact, normalised
from eval.benchmark.predictions import Prediction
from eval.stats.tally import Tally, counts_by_session

NO_ANSWER = "none"
"""Stands for the kind of a prediction that is no legal action, and the type of one that is none."""


def tally(rows: Iterable[Prediction], *, by_user: bool | None = None) -> Tally:
    """Count rows, one line of counts a session, sessions in order of first appearance.

    Clusters are users when every row names one and there are at least two, unless `by_user` says
    otherwise; else sessions.
    """
    by_session: dict[str, list[Prediction]] = {}
    for row in rows:
        by_session.setdefault(row.session_id, []).append(row)
    return counts_by_session(
        ((name, rows[0].user_id, _session_counts(rows)) for name, rows in by_session.items()),
        by_user=by_user,
    )


def _session_counts(rows: Sequence[Prediction]) -> dict[str, float]:
    count: dict[str, float] = {}

    def add(name: str, value: float = 1.0) -> None:
        count[name] = count.get(name, 0.0) + value

    for row in rows:
        _count_step(row, add)
        _count_outcome(row, add)
    steps = len(rows)
    add("sessions")
    add("macro_right", count.get("right", 0.0) / steps)
    add("macro_right_normalised", count.get("right_normalised", 0.0) / steps)
    if count.get("p_max_steps") == steps:
        add("macro_p_max", count["p_max"] / steps)
    return count


def _count_step(row: Prediction, add) -> None:  # type: ignore[no-untyped-def]
    add("steps")
    add("right", exact(row))
    add("right_normalised", normalised(row))
    if row.legal is not None:
        add("legality_known")
        add("illegal", row.error is UNSET and (row.prediction is None or not row.legal))
    error = error_of(row)
    if error is not None:
        add(f"error/{error}")
    add(f"type/{action_type(row.truth)}/{predicted_type(row)}")
    if row.truth_kind is not None:
        add("kinds_known")
        add("kinds_unknown", not kind_is_known(row))
        add(f"truth_kind/{row.truth_kind}")
        add(f"prediction_kind/{predicted_kind(row) or NO_ANSWER}")
    if isinstance(row.p_max, float | int):
        add("p_max", row.p_max)
        add("p_max_steps")


def _count_outcome(row: Prediction, add) -> None:  # type: ignore[no-untyped-def]
    """The last step of a session that ended by buying or leaving, when kinds are known."""
    truth = true_outcome(row)
    if truth is None:
        return
    if not outcome_is_known(row):
        add("outcome_unknown")
    add(f"outcome/{truth}/{predicted_outcome(row)}")


def true_outcome(row: Prediction) -> str | None:
    """``buy`` or ``leave`` on the last step of a session that ended so; None elsewhere."""
    if row.last is not True or row.truth_kind is None:
        return None
    if isinstance(row.truth, Terminate):
        return "leave"
    return "buy" if row.truth_kind == "buy" else None


def predicted_outcome(row: Prediction) -> str:
    """``buy`` for a click on an element of kind buy, ``leave`` for terminate, else ``other``."""
    match row.prediction:
        case None | TypeAndSubmit() | Input() | Scroll() | Hover() | Back() | Wait():
            return "other"
        case Terminate():
            return "leave"
        case Click():
            return "buy" if predicted_kind(row) == "buy" else "other"
        case _:
            assert_never(row.prediction)


def outcome_is_known(row: Prediction) -> bool:
    """Whether anybody can say if the prediction buys: not of a click on something of no kind."""
    return not isinstance(row.prediction, Click) or kind_is_known(row)


def predicted_kind(row: Prediction) -> str | None:
    """The kind of what the prediction acts on: the truth's, where it is the true action."""
    if isinstance(row.prediction, Terminate):
        return "leave"
    if row.prediction_kind is None and row.prediction == row.truth:
        return row.truth_kind
    return row.prediction_kind


def kind_is_known(row: Prediction) -> bool:
    """Whether anybody said what the prediction acts on; nothing, if it is not on the page."""
    nothing = row.prediction is None or row.legal is False
    return nothing or predicted_kind(row) is not None


def predicted_type(row: Prediction) -> str:
    """The prediction's action type; `NO_ANSWER` when nothing could be parsed."""
    return NO_ANSWER if row.prediction is None else action_type(row.prediction)
