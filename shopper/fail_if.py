"""Conditions that fail a run: ``stuck>0.1`` or ``steps>15``, looked at when it is over.

Rates and means are of the visits that did not fail, and `error` is of all. Those that got stuck
are not among those that hit the limit.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from agent.runs.card import RunTotals
from agent.sessions.outcome import SessionOutcome
from eval import formatting

_RATES = {
    "bought": SessionOutcome.PURCHASE,
    "held": SessionOutcome.HELD,
    "left": SessionOutcome.TERMINATE,
    "stuck": SessionOutcome.STUCK,
    "limit": SessionOutcome.LIMIT,
    "error": SessionOutcome.ERROR,
}
_MEANS = ("steps", "searches")
NAMES = (*_RATES, *_MEANS)
"""What a condition may be about: rates of visits first, then means per visit."""
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FORM = re.compile(r"\s*([\w-]+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*")


class ConditionError(ValueError):
    """Not a condition; the message says what one looks like."""


class Condition(msgspec.Struct, frozen=True):
    """`name` compared with `bound`; a rate's bound is from 0 to 1. `text` is as the user wrote."""

    text: str
    name: str
    sign: str
    bound: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one condition. `failed` is whether the work fails by it, None where there was
    nothing to measure; `value` is what was measured, `said` the same in words. `about` is the side
    of a comparison, empty where there is one only."""

    condition: str
    failed: bool | None
    said: str
    about: str = ""
    value: float | None = None


def parse_condition(text: str) -> Condition:
    """A condition as it is written on the command line: ``stuck>0.1``, ``bought<5%``.

    Raises:
        ConditionError: it is none, or about something unknown.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ConditionError(
            f"--fail-if {text}: write a name, a sign (>, >=, <, <=) and a number, for example "
            f"stuck>0.1; the names are {', '.join(NAMES)}"
        )
    name, sign, number, percent = found.groups()
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ConditionError(
            f"--fail-if {text}: nothing is called {name!r}; {hint}The names are {', '.join(NAMES)}"
        )
    bound = float(number) / (100 if percent else 1)
    if name in _RATES and bound > 1:
        raise ConditionError(
            f"--fail-if {text}: {name!r} is a share of the visits, from 0 to 1 or written with %"
        )
    if percent and name not in _RATES:
        raise ConditionError(f"--fail-if {text}: {name!r} is a number per visit, not a share")
    return Condition(text, name, sign, bound)


def value(name: str, totals: RunTotals) -> float:
    """A rate or mean over the visits it is of; there must be some."""
    return _count(name, totals) / _of(name, totals)


def _count(name: str, totals: RunTotals) -> int:
    if name in _RATES:
        return totals.ended(_RATES[name])
    all_of_them: int = getattr(totals, name)
    failed: int = getattr(totals, f"failed_{name}")
    return all_of_them - failed


def _of(name: str, totals: RunTotals) -> int:
    return totals.sessions if name == "error" else totals.counted


def broken(conditions: Sequence[Condition], totals: RunTotals) -> list[str]:
    """For each condition that holds, a sentence that says so. Where nothing can be counted, none
    does."""
    return reasons(verdicts(conditions, totals))


def reasons(found: Iterable[Verdict]) -> list[str]:
    """The sentences of the verdicts by which something fails."""
    return [f"{verdict.condition}: {verdict.said}" for verdict in found if verdict.failed]


def verdicts(
    conditions: Sequence[Condition], totals: RunTotals, about: str = ""
) -> tuple[Verdict, ...]:
    """What comes of each condition; `about` is the side they are looked at for."""
    return tuple(_verdict(condition, totals, about) for condition in conditions)


def _verdict(condition: Condition, totals: RunTotals, about: str) -> Verdict:
    if not _of(condition.name, totals):
        said = f"{condition.name} could not be measured: no visit counts"
        return Verdict(condition=condition.text, about=about, failed=None, said=said)
    measured = value(condition.name, totals)
    return Verdict(
        condition=condition.text,
        about=about,
        failed=_COMPARE[condition.sign](measured, condition.bound),
        value=measured,
        said=_said(condition.name, measured, totals),
    )


def _said(name: str, measured: float, totals: RunTotals) -> str:
    visits = formatting.count(_of(name, totals), "visit")
    if totals.error and name != "error":
        visits += " that did not fail"
    if name in _RATES:
        return f"{name} was {measured:.3g} ({_count(name, totals):,} of {visits})"
    return f"{name} were {measured:.3g} on average over {visits}"
