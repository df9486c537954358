"""Where a policy is right, by the kind of step: the kind of action, which one, and its words.

Shares of all steps of a kind; each column presupposes the one before. It shows what a policy has
not learned long before its exact match or its loss do. Knows rows only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import assert_never

from agent.prompts.lines.handles import is_about_reviews
from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
    action_name,
    action_text,
)
from eval.benchmark.counts import predicted_kind
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import StepKind

ORDER = (
    "search", "open", "filter", "option", "reviews", "cart", "buy", "navigation", "leave", "other",
)  # fmt: skip
"""Kinds of steps, in the order they are shown."""


def step_kinds(rows: Sequence[Prediction]) -> tuple[StepKind, ...]:
    """How often the kind was right, which one, and the words, for each kind of true step."""
    return tuple(
        StepKind(
            kind=kind,
            steps=len(group),
            kind_right=mean(_same_kind(row) for row in group),
            which_right=mean(_same_thing(row) for row in group),
            words_right=_words_right(group) if kind == "search" else None,
        )
        for kind, group in _by_kind(rows).items()
    )


def blind(rows: Sequence[Prediction], alike: Mapping[tuple[str, int], int]) -> tuple[StepKind, ...]:
    """What a blind draw gets: the kind as often as it occurs, and then any of the things of that
    kind on the page, of which `alike` says how many there are at each step."""
    known = [row for row in rows if row.place in alike]
    return tuple(
        StepKind(
            kind=kind,
            steps=len(group),
            kind_right=len(group) / len(known),
            which_right=len(group) / len(known) * mean(1 / max(1, alike[r.place]) for r in group),
        )
        for kind, group in _by_kind(known).items()
    )


def kind_of_step(action: Action, kind: str | None) -> str:
    """The kind of a step by what is acted on, ``reviews`` apart."""
    match action:
        case Terminate():
            return "leave"
        case TypeAndSubmit() | Input():
            return "search" if kind == "search" else "other"
        case Scroll() | Hover() | Back() | Wait():
            return "other"
        case Click(name):
            return _kind_of_click(name, kind)
        case _:
            assert_never(action)


def _kind_of_click(name: str, kind: str | None) -> str:
    if kind == "product":
        return "open"
    if kind in (None, "other") and is_about_reviews(name):
        return "reviews"
    return kind if kind in ORDER and kind != "search" else "other"


def _by_kind(rows: Sequence[Prediction]) -> dict[str, list[Prediction]]:
    groups: defaultdict[str, list[Prediction]] = defaultdict(list)
    for row in rows:
        if row.truth_kind is not None:
            groups[kind_of_step(row.truth, row.truth_kind)].append(row)
    return {kind: groups[kind] for kind in ORDER if kind in groups}


def _same_kind(row: Prediction) -> bool:
    if row.prediction is None or row.legal is False:
        return False
    predicted = kind_of_step(row.prediction, predicted_kind(row))
    return predicted == kind_of_step(row.truth, row.truth_kind)


def _same_thing(row: Prediction) -> bool:
    same = row.prediction is not None and action_name(row.prediction) == action_name(row.truth)
    return same and _same_kind(row)


def _words_right(rows: Sequence[Prediction]) -> float:
    return mean(
        _same_thing(row) and row.prediction is not None
        and action_text(row.prediction) == action_text(row.truth)
        for row in rows
    )  # fmt: skip
