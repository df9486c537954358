"""How customers behave as a population: a run set beside a data set.

For free runs, where no step has a true answer: the mix of actions, searches and steps a session,
purchases, and how searches are revised. Knows sessions, not who made them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
import numpy as np
from rapidfuzz.distance import Levenshtein

from agent.sessions.describe import KIND_WORDS
from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Session
from envs.actions import Typing
from eval.stats.bootstrap import SEED, Bootstrap, distance_interval, draws_for, jensen_shannon
from eval.stats.intervals import Interval, detectable_difference, independent_difference
from eval.stats.similarity import fold
from eval.stats.tally import (
    Floats,
    Ratio,
    Share,
    Tally,
    Totals,
    counts_by_session,
    mean_of,
    share_of,
)

NEAR = 2
"""Two words this many edits apart or closer are one word, misspelt once."""
SHORTEST_TYPO = 4


class BehaviourMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of both populations and the second minus the first, each with its interval.
    `unit` is ``share`` or ``number``. `detectable`: the smallest true difference that four of five
    such comparisons would find."""

    label: str
    unit: str
    first: float | None
    first_ci95: Interval | None
    second: float | None
    second_ci95: Interval | None
    difference_ci95: Interval | None
    detectable: float | None = None

    @property
    def differs(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        ends = self.difference_ci95
        return ends is not None and not ends[0] <= 0 <= ends[1]


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """Two populations side by side. `kinds` are measures of the mix of actions."""

    first: str
    second: str
    sessions: tuple[int, int]
    measures: tuple[BehaviourMeasure, ...]
    kinds: tuple[BehaviourMeasure, ...]
    js_distance: float | None
    js_ci95: Interval | None


MEASURES: dict[str, Ratio] = {
    "actions a session": mean_of("steps", "sessions"),
    "searches a session": mean_of("searches", "sessions"),
    "purchases, of visits that bought or left": share_of("bought", "ended"),
    "searches that revise the one before": share_of("revisions", "searches"),
    "likeness of a revision to what it revises": share_of("likeness", "revisions"),
    "revisions that respell a word": share_of("respelt", "revisions"),
    "searches that repeat the one before": share_of("repeats", "searches"),
}


def population(sessions: Iterable[Session]) -> Tally:
    """Counts per session, from a stream; sessions without a step are left out."""
    return counts_by_session(
        (s.session_id, s.user_id or None, _counts(s)) for s in sessions if s.steps
    )


def side_by_side(first: Tally, second: Tally, labels: tuple[str, str]) -> Behaviour:
    """Compare two populations; their bootstraps are independent of each other."""
    draws = draws_for(first, second)
    boots = Bootstrap(first, draws), Bootstrap(second, draws, seed=SEED + 1)
    totals = first.totals(), second.totals()
    found = {n.partition("/")[2] for t in totals for n in t if n.startswith("kind/")}
    order = list(KIND_WORDS)
    kinds = sorted(found, key=lambda k: (order.index(k) if k in order else len(order), k))
    drawn = jensen_shannon(_mix(boots[0].totals, kinds), _mix(boots[1].totals, kinds))
    js = jensen_shannon(_mix(totals[0], kinds), _mix(totals[1], kinds))
    return Behaviour(
        first=labels[0],
        second=labels[1],
        sessions=(len(first.sessions), len(second.sessions)),
        measures=tuple(
            _measure(label, metric, totals, boots) for label, metric in MEASURES.items()
        ),
        kinds=tuple(
            _measure(kind, share_of(f"kind/{kind}", "steps"), totals, boots) for kind in kinds
        ),
        js_distance=None if np.isnan(js) else float(js),
        js_ci95=distance_interval(js, drawn),
    )


def _measure(
    label: str, metric: Ratio, totals: tuple[Totals, Totals], boots: tuple[Bootstrap, Bootstrap]
) -> BehaviourMeasure:
    one, other = (float(metric(t)) for t in totals)
    one_ci, other_ci = (boot.interval(metric) for boot in boots)
    return BehaviourMeasure(
        label=label,
        unit="share" if isinstance(metric, Share) else "number",
        first=None if np.isnan(one) else one,
        first_ci95=one_ci,
        second=None if np.isnan(other) else other,
        second_ci95=other_ci,
        difference_ci95=independent_difference(one, one_ci, other, other_ci),
        detectable=detectable_difference(one_ci, other_ci),
    )


def _mix(totals: Totals, kinds: Sequence[str]) -> Floats:
    return np.stack([totals[f"kind/{kind}"] for kind in kinds], axis=-1)


def _counts(session: Session) -> dict[str, float]:
    session = without_browsing(session)
    count: dict[str, float] = {"sessions": 1.0, "steps": float(len(session.steps))}
    for step in session.steps:
        count[f"kind/{step.kind}"] = count.get(f"kind/{step.kind}", 0.0) + 1
    outcome = outcome_of(session)
    if outcome.ordered or outcome is SessionOutcome.TERMINATE:
        count["ended"] = 1.0
        count["bought"] = float(outcome.ordered)
    texts = [
        fold(step.action.text)
        for step in session.steps
        if step.kind == "search" and isinstance(step.action, Typing)
    ]
    return count | _search_counts(texts)


def _search_counts(texts: Sequence[str]) -> dict[str, float]:
    pairs = list(pairwise(texts))
    revisions = [(before, after) for before, after in pairs if before != after]
    return {
        "searches": float(len(texts)),
        "revisions": float(len(revisions)),
        "repeats": float(len(pairs) - len(revisions)),
        "likeness": sum(
            Levenshtein.normalized_similarity(before, after) for before, after in revisions
        ),
        "respelt": float(sum(respells(before, after) for before, after in revisions)),
    }


def respells(before: str, after: str) -> bool:
    """Whether a search differs from the one before in the spelling of one word, as when a typo is
    corrected; other words may be added."""
    gone = [word for word in before.split() if word not in after.split()]
    new = [word for word in after.split() if word not in before.split()]
    return len(gone) == 1 and any(
        len(gone[0]) >= SHORTEST_TYPO and Levenshtein.distance(gone[0], word) <= NEAR
        for word in new
    )
