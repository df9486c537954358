"""F1 of click types, where the data has them (OPeRA's 13).

A predicted click has only a name. Where it is the true one its type is known; else it is that of
the element in the data: the type most often logged for this name, else for its kind. Knows rows
only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from envs.actions import Click
from eval.benchmark.matching import exact
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import ClickTypes


def click_type_scores(rows: Sequence[Prediction]) -> ClickTypes | None:
    """Per-class, macro and support-weighted F1 over the steps whose truth is a typed click.

    A prediction that is no click, or whose type is not known, is a miss and no one's false alarm.
    """
    typed = [row for row in rows if isinstance(row.click_type, str)]
    if not typed:
        return None
    by_name = _most_frequent(
        (row.truth.name, row.click_type)
        for row in typed
        if isinstance(row.truth, Click) and isinstance(row.click_type, str)
    )
    by_kind = _most_frequent(
        (row.truth_kind or "", row.click_type) for row in typed if isinstance(row.click_type, str)
    )
    true, guessed, hits = Counter[str](), Counter[str](), Counter[str]()
    for row in typed:
        truth, guess = str(row.click_type), _predicted(row, by_name, by_kind)
        true[truth] += 1
        if guess is not None:
            guessed[guess] += 1
            hits[truth] += guess == truth
    f1 = {kind: 2 * hits[kind] / (true[kind] + guessed[kind]) for kind in sorted(true)}
    return ClickTypes(
        macro_f1=sum(f1.values()) / len(f1),
        weighted_f1=sum(f1[kind] * n for kind, n in true.items()) / true.total(),
        f1=dict(f1),
    )


def _predicted(
    row: Prediction, by_name: Mapping[str, str], by_kind: Mapping[str, str]
) -> str | None:
    if exact(row):
        return str(row.click_type)
    if not isinstance(row.prediction, Click) or row.legal is False:
        return None
    return by_name.get(row.prediction.name) or by_kind.get(row.prediction_kind or "")


def _most_frequent(pairs) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """For every first item the second it occurs with most; ties go to the first in the alphabet."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, kind in pairs:
        counts[key][kind] += 1
    return {key: min(c, key=lambda kind: (-c[kind], kind)) for key, c in counts.items()}
