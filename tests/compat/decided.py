"""Where a later version means to say something else of an old file, and since when.

`expected.json` is what the old version said and stays so; what differs on purpose stands here, one
decision a function, so that nothing else can differ.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_STUCK = frozenset(
    {
        *("check foreign-run", "check study-before", "check study-after"),
        "check foreign-run/sessions/customer-0002.jsonl",
    }
)
"""Where one visit ended because its customer did the same again and again."""
_NONE_OF_FOUR, _NONE_OF_THREE = [0.0, 0.545950267], [0.0, 0.617471569]
_RENAMED = {"went": "resolved", "came": "new", "stayed": "persisting"}


def without_intervals(told: Any) -> Any:
    """What was told, intervals left out: they are worked out otherwise since they hold for few and
    at the edges (`eval/stats/intervals.py` and its tests), and what they could have shown is told
    since. What was found stays the same."""
    if isinstance(told, dict):
        kept = {key: value for key, value in told.items() if not _is_interval(key)}
        return {key: without_intervals(value) for key, value in kept.items()}
    return [without_intervals(one) for one in told] if isinstance(told, list) else told


def _is_interval(key: str) -> bool:
    return key.endswith("ci95") or key in ("intervals", "detectable")


def as_decided(name: str, told: Any) -> Any:
    """What is expected now where the old version told this."""
    told = deepcopy(told)
    if name in _STUCK:
        _stuck_is_an_end_of_its_own(told["ends"])
    if name.startswith("study "):
        _stuck_is_not_out_of_patience(told["measures"])
        _nothing_was_taken_again(told["findings"])
    if name == "sides of ab-run":
        _what_pages_took_is_a_factor(told)
    if name == "compare studies":
        return {_RENAMED.get(key, key): value for key, value in told.items()}
    return told


def _nothing_was_taken_again(findings: list[dict[str, Any]]) -> None:
    """Findings say whether they came again; in no old study was one tried."""
    for one in findings:
        one["recurs"] = "untried"


def _what_pages_took_is_a_factor(told: dict[str, Any]) -> None:
    """Time is what visits waited for pages, on a scale of factors, and never called different of
    sides that were not mixed; who was lost on a side, and what nobody reached, is told."""
    told["measures"][-1] |= {
        "unit": "log_seconds",
        "a": 2.60723493,
        "b": 3.0001078,
        "difference": 0.150685643,
        "p": 0.25,
        "p_adjusted": 1.0,
    }
    told["lost"] = 0
    told["untested"] = "Nobody used the cart on either side: cart and checkout were not tested."


def _stuck_is_an_end_of_its_own(ends: dict[str, int]) -> None:
    """Outcomes, first step: being stuck is no longer counted as a limit."""
    ends["stuck"] = 1
    ends["limit"] -= 1
    if not ends["limit"]:
        del ends["limit"]


def _stuck_is_not_out_of_patience(measures: dict[str, Any]) -> None:
    """The same in studies: a measure more, and all that was out of patience here was stuck."""
    old = measures["out-of-patience"]
    measures["stuck"] = deepcopy(old)
    old["value"], old["ci95"] = 0.0, _NONE_OF_FOUR if old["n"] == 4 else _NONE_OF_THREE
