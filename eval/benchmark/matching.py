"""When a predicted action is the true one, and what kind of error it is when not.

The paper's definition: click = type and name; typing = type, name and text; terminate = type.
Raw strings count; the normalised variant folds case and spaces. Unparseable or illegal is wrong.
"""

from __future__ import annotations

from typing import assert_never

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
    action_type,
)
from eval.benchmark.predictions import Prediction
from eval.stats.similarity import fold

ERRORS = (
    "didnt_terminate",
    "didnt_click",
    "didnt_search",
    "wrong_query",
    "wrong_element",
    "wrong_field",
    "illegal",
)
"""The paper's five (section 5), then ours: the right text in another field, and no legal action."""


def exact(row: Prediction) -> bool:
    """Whether the prediction is legal and the very action that was taken."""
    return row.prediction is not None and row.legal is not False and row.prediction == row.truth


def normalised(row: Prediction) -> bool:
    """`exact` with case and spaces folded in names and texts."""
    if row.prediction is None or row.legal is False:
        return False
    return _folded(row.prediction) == _folded(row.truth)


def _folded(action: Action) -> tuple[str, ...]:
    """Type, name and text, as far as there are any."""
    said = (action_name(action), action_text(action))
    return (action_type(action), *(fold(text) for text in said if text is not None))


def error_of(row: Prediction) -> str | None:
    """A key of `ERRORS`, None for an exact match. Every wrong prediction has exactly one."""
    if exact(row):
        return None
    guess, truth = row.prediction, row.truth
    if guess is None or row.legal is False:
        return "illegal"
    match truth:
        case Terminate():
            return "didnt_terminate"
        case Click():
            return "wrong_element" if isinstance(guess, Click) else "didnt_click"
        case TypeAndSubmit(_, text) | Input(_, text):
            if type(guess) is not type(truth):
                return "didnt_search"
            return "wrong_field" if action_text(guess) == text else "wrong_query"
        case Scroll() | Hover() | Back() | Wait():
            return "wrong_element"  # folded away before, unless somebody else's rows hold it
        case _:
            assert_never(truth)
