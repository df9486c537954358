"""Conditions that fail a study: ``success<0.8``, ``success:buy<80%``, ``high>0``, ``new>0``.

Success is of the visits that counted; findings are those that count, not those seen once.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from eval.usability.baseline import Since
from eval.usability.schema import StudyResult
from shopper.fail_if import ConditionError, Verdict

SEVERITIES = ("high", "medium", "low")
NAMES = ("success", "success:TASK", "findings", *SEVERITIES, "new")
"""What a condition may be about: success of all tasks or of one, numbers of findings, all of them,
of a severity, and those that a ``--baseline`` did not have."""
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_FORM = re.compile(
    r"\s*(success|findings|high|medium|low|new)(?::([a-z0-9-]+))?\s*(>=|<=|>|<)\s*"
    r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*"
)


class StudyCondition(NamedTuple):
    """`name` compared with `bound`, for `task` if it is of one. `text` is as the user wrote."""

    text: str
    name: str
    task: str | None
    sign: str
    bound: float


def parse_study_condition(text: str, tasks: Sequence[str], *, baseline: bool) -> StudyCondition:
    """
    Raises:
        ConditionError: it is none, is about an unknown task, or needs a baseline.
    """
    found = _FORM.fullmatch(text)
    if found is None or (found[2] and found[1] != "success"):
        raise ConditionError(
            f"--fail-if {text}: write a name, a sign (>, >=, <, <=) and a number, for example "
            f"success<0.8 or high>0; the names are {', '.join(NAMES)}"
        )
    name, task, sign, number, percent = found.groups()
    if task is not None and task not in tasks:
        raise ConditionError(
            f"--fail-if {text}: no task is called {task!r}; there are {', '.join(tasks)}"
        )
    if name == "new" and not baseline:
        raise ConditionError(
            f"--fail-if {text}: what is new is known beside an earlier study only: add --baseline "
            "FOLDER"
        )
    if percent and name != "success":
        raise ConditionError(f"--fail-if {text}: {name!r} is a number of findings, not a share")
    bound = float(number) / (100 if percent else 1)
    if name == "success" and bound > 1:
        raise ConditionError(
            f"--fail-if {text}: success is a share of the visits, from 0 to 1 or written with %"
        )
    return StudyCondition(text, name, task, sign, bound)


def study_verdicts(
    conditions: Sequence[StudyCondition], result: StudyResult, found: Since | None
) -> tuple[Verdict, ...]:
    """What comes of each condition."""
    return tuple(_verdict(condition, result, found) for condition in conditions)


def _verdict(one: StudyCondition, result: StudyResult, found: Since | None) -> Verdict:
    if one.name == "success":
        measured, said = _success(one.task, result)
    else:
        measured, said = _findings(one.name, result, found)
    return Verdict(
        condition=one.text,
        about="the study",
        failed=None if measured is None else _COMPARE[one.sign](measured, one.bound),
        value=measured,
        said=said,
    )


def _success(task: str | None, result: StudyResult) -> tuple[float | None, str]:
    rows = [row for row in result.results if row.counts and task in (None, row.task)]
    where = f" of task {task}" if task else ""
    if not rows:
        return None, f"success{where} could not be measured: no visit counts"
    done = sum(row.outcome == "done" for row in rows)
    return done / len(rows), f"success{where} was {done / len(rows):.3g} ({done} of {len(rows)})"


def _findings(name: str, result: StudyResult, found: Since | None) -> tuple[float, str]:
    counted = found.new if found and name == "new" else result.findings
    these = [f for f in counted if f.confirmed and name in ("findings", "new", f.severity)]
    named = "".join(f"; {f.title} ({f.page})" for f in these[:3])
    kind = {"findings": "findings", "new": "new findings"}.get(name, f"findings of severity {name}")
    return float(len(these)), f"there were {len(these)} {kind}{named}"
