"""From predictions to scores: every metric with its interval.

Pure: the same rows give the same numbers, to the last digit. Knows rows, not where they come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from agent.sessions.describe import KIND_WORDS
from eval.benchmark import metrics
from eval.benchmark.click_types import click_type_scores
from eval.benchmark.counts import NO_ANSWER, tally
from eval.benchmark.matching import ERRORS, exact
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import (
    ActionType,
    Distribution,
    Estimate,
    Match,
    OutcomeScores,
    Scores,
    StepPosition,
    Tokens,
)
from eval.stats.bootstrap import Bootstrap, distance_interval, jensen_shannon
from eval.stats.tally import Floats, Metric, Share, Tally, Totals, column


def score(rows: Sequence[Prediction]) -> Scores:
    """All scores of one policy's predictions, at least one."""
    counted = tally(rows)
    boot = Bootstrap(counted)
    totals = counted.totals()
    return Scores(
        illegal_share=value(metrics.illegal_share, totals),
        exact_match=_match(metrics.session_macro, metrics.micro, totals, boot),
        exact_match_normalised=_match(
            metrics.session_macro_normalised, metrics.micro_normalised, totals, boot
        ),
        outcome=_outcome(totals, boot),
        action_type=ActionType(
            accuracy=value(metrics.type_accuracy, totals),
            macro_f1=value(metrics.type_macro_f1, totals),
        ),
        click_type=click_type_scores(rows),
        errors={key: int(totals[f"error/{key}"]) for key in ERRORS},
        distribution=_distribution(counted, boot),
    )


def ceiling(rows: Sequence[Prediction]) -> Match | None:
    """What an oracle scores that knows the synthetic shopper's mind; None without oracles."""
    counted = tally(rows)
    if not counted.totals()["p_max_steps"]:
        return None
    boot = Bootstrap(counted)
    return _match(metrics.ceiling_macro, metrics.ceiling_micro, counted.totals(), boot)


def positions(rows: Sequence[Prediction], most: int = 20) -> tuple[StepPosition, ...]:
    """Exact match by place in the session; later places than `most` are left out."""
    steps, right = Counter(r.step for r in rows), Counter(r.step for r in rows if exact(r))
    return tuple(
        StepPosition(step=step, steps=steps[step], right=right[step])
        for step in sorted(steps)
        if step <= most
    )


def seconds_per_step(rows: Sequence[Prediction]) -> float | None:
    """Mean time of a decision, where measured."""
    known = [row.seconds for row in rows if row.seconds is not None]
    return float(np.mean(known)) if known else None


def tokens(rows: Sequence[Prediction]) -> Tokens:
    used = [row.tokens for row in rows if row.tokens is not None]
    return Tokens(
        prompt=sum(t.prompt for t in used),
        cached=sum(t.cached for t in used),
        generated=sum(t.generated for t in used),
    )


def value(metric: Metric, totals: Totals) -> float | None:
    """A point estimate; None where undefined."""
    found = float(metric(totals))
    return None if np.isnan(found) else found


def _estimate(metric: Metric, totals: Totals, boot: Bootstrap) -> Estimate:
    found = value(metric, totals)
    return Estimate(value=found, ci95=None if found is None else boot.interval(metric))


def _match(macro: Metric, micro: Metric, totals: Totals, boot: Bootstrap) -> Match:
    return Match(session_macro=_estimate(macro, totals, boot), micro=_estimate(micro, totals, boot))


def _outcome(totals: Totals, boot: Bootstrap) -> OutcomeScores:
    counted = sum(
        int(totals[f"outcome/{a}/{b}"]) for a in ("buy", "leave") for b in ("buy", "leave", "other")
    )
    return OutcomeScores(
        f1_buy=_estimate(metrics.f1_buy, totals, boot),
        weighted_f1=_estimate(metrics.weighted_f1, totals, boot),
        accuracy=_estimate(metrics.outcome_accuracy, totals, boot),
        sessions=counted,
    )


def _distribution(counted: Tally, boot: Bootstrap) -> Distribution | None:
    """Shares of kinds on the steps whose kinds are known; None when no kind is, or when nobody
    says on what kinds of elements the policy acts."""
    totals = counted.totals()
    if not totals["kinds_known"] or totals["kinds_unknown"]:
        return None
    found = {name.partition("/")[2] for name in totals if "_kind/" in name}
    order = (*KIND_WORDS, NO_ANSWER)
    kinds = sorted(found, key=lambda k: (order.index(k) if k in order else len(order), k))
    data, policy = _counts("truth_kind", kinds, totals), _counts("prediction_kind", kinds, totals)
    drawn = [_counts(side, kinds, boot.totals) for side in ("truth_kind", "prediction_kind")]
    return Distribution(
        data=_shares(kinds, data),
        policy=_shares(kinds, policy),
        js_distance=float(jensen_shannon(data, policy)),
        intervals={
            "data": _share_intervals("truth_kind", kinds, boot),
            "policy": _share_intervals("prediction_kind", kinds, boot),
            "js_distance": {
                "all": distance_interval(jensen_shannon(data, policy), jensen_shannon(*drawn))
            },
        },
    )


def _counts(side: str, kinds: Sequence[str], totals: Totals) -> Floats:
    return np.stack([totals[f"{side}/{kind}"] for kind in kinds], axis=-1)


def _shares(kinds: Sequence[str], counts: Floats) -> dict[str, float]:
    return {kind: float(n / counts.sum()) for kind, n in zip(kinds, counts, strict=True)}


def _share_intervals(
    side: str, kinds: Sequence[str], boot: Bootstrap
) -> dict[str, tuple[float, float] | None]:
    def everything(totals: Totals) -> Floats:
        return np.asarray(_counts(side, kinds, totals).sum(axis=-1))

    return {kind: boot.interval(Share(column(f"{side}/{kind}"), everything)) for kind in kinds}
