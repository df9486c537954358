"""The metrics, exactly as defined in the paper and by OPeRA, from sums of counts.

Every function takes sums (`eval.benchmark.counts.Totals`) of any shape and returns an array of that
shape, NaN where the metric is undefined. Sources: Lu et al. 2025 (arXiv 2503.20749) section 4 for
session macro accuracy and outcome F1; OPeRA (Wang et al. 2025) for micro accuracy and weighted F1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from envs.actions import ACTION_TYPES
from eval.stats.tally import Floats, Share, Totals, column, mean_defined, ratio, share_of

session_macro = share_of("macro_right", "sessions")
"""Mean over sessions of the share of exactly predicted actions (the paper's accuracy)."""
micro = share_of("right", "steps")
"""Share of exactly predicted actions over all sessions' steps (OPeRA's accuracy)."""
session_macro_normalised = share_of("macro_right_normalised", "sessions")
micro_normalised = share_of("right_normalised", "steps")


def illegal_share(t: Totals) -> Floats:
    """Share of predictions that are no action or name nothing on the page; undefined unless that
    is known of every step."""
    known = t["legality_known"] == t["steps"]
    return np.where(known, ratio(t["illegal"], t["steps"]), np.nan)


def f1_buy(t: Totals) -> Floats:
    """Session outcome F1, positive class buy. Undefined unless both outcomes occur, and where
    nobody knows whether a prediction buys."""
    score = _f1(t["outcome/buy/buy"], _predicted(t, "buy"), _true(t, "buy"))
    return np.where(_comparable(t), score, np.nan)


def weighted_f1(t: Totals) -> Floats:
    """F1 of buying and of leaving, weighted by how often each is true; predictions that are
    neither count as misses of the true class only. Undefined where `f1_buy` is."""
    total = _true(t, "buy") + _true(t, "leave")
    weighted = sum(
        _true(t, outcome)
        * np.nan_to_num(
            _f1(t[f"outcome/{outcome}/{outcome}"], _predicted(t, outcome), _true(t, outcome))
        )
        for outcome in ("buy", "leave")
    )
    return np.where(_comparable(t), ratio(np.asarray(weighted), total), np.nan)


def _outcomes_right(t: Totals) -> Floats:
    return t["outcome/buy/buy"] + t["outcome/leave/leave"]


def _outcomes_known(t: Totals) -> Floats:
    return np.where(t["outcome_unknown"] == 0, _true(t, "buy") + _true(t, "leave"), 0.0)


outcome_accuracy = Share(_outcomes_right, _outcomes_known)
"""Share of sessions whose outcome was predicted."""


def _types_right(t: Totals) -> Floats:
    right = sum((t[f"type/{kind}/{kind}"] for kind in ACTION_TYPES), np.zeros_like(t["steps"]))
    return np.asarray(right)


type_accuracy = Share(_types_right, column("steps"))
"""Share of steps whose action type is predicted."""


def type_macro_f1(t: Totals) -> Floats:
    """Mean F1 over the action types that occur in the truth."""
    scores = []
    for kind in ACTION_TYPES:
        true = _type_sum(t, [kind], None)
        predicted = _type_sum(t, None, [kind])
        scores.append(np.where(true > 0, _f1(t[f"type/{kind}/{kind}"], predicted, true), np.nan))
    return mean_defined(np.stack(scores))


def _where_oracle_knows(whole: str) -> Callable[[Totals], Floats]:
    return lambda t: np.where(t["p_max_steps"] == t["steps"], t[whole], 0.0)


ceiling_macro = Share(column("macro_p_max"), _where_oracle_knows("sessions"))
"""Session-macro accuracy of an oracle that knows the synthetic shopper's mind."""
ceiling_micro = Share(column("p_max"), _where_oracle_knows("steps"))
"""Micro accuracy of that oracle: the mean probability of the most likely action."""


def _f1(hits: Floats, predicted: Floats, true: Floats) -> Floats:
    return ratio(2 * hits, predicted + true)


def _true(t: Totals, outcome: str) -> Floats:
    return sum((t[f"outcome/{outcome}/{p}"] for p in ("buy", "leave", "other")), np.zeros(()))


def _predicted(t: Totals, outcome: str) -> Floats:
    return t[f"outcome/buy/{outcome}"] + t[f"outcome/leave/{outcome}"]


def _comparable(t: Totals) -> Floats:
    both = (_true(t, "buy") > 0) & (_true(t, "leave") > 0)
    return np.asarray(both & (t["outcome_unknown"] == 0))


def _type_sum(t: Totals, true: Sequence[str] | None, predicted: Sequence[str] | None) -> Floats:
    predicted = predicted or (*ACTION_TYPES, "none")
    pairs = product(true or ACTION_TYPES, predicted)
    return sum((t[f"type/{a}/{b}"] for a, b in pairs), np.zeros(()))
