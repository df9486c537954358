"""Conditions that fail a study."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from eval.usability.baseline import Since
from eval.usability.findings import find_all
from eval.usability.task_results import task_result
from shopper.fail_if import ConditionError
from shopper.fail_if_study import parse_study_condition, study_verdicts
from tests.eval.usability.logs import logs_of, visits_of
from tests.eval.usability.test_recurring import dead, mended, result


def verdict(text: str, *, once: bool = False, new: bool = True) -> bool | None:
    sessions = [*map(dead, range(1, 5)), mended(5)]
    found = find_all(logs_of(*sessions))  # type: ignore[arg-type]
    if once:
        found = tuple(msgspec.structs.replace(f, recurs="once") for f in found)
    rows = tuple(task_result(v, None) for v in visits_of(*sessions))  # type: ignore[arg-type]
    told = msgspec.structs.replace(result(*found), results=rows)
    told_since = Since(folder="x", new=found if new else (), persisting=(), resolved=())
    condition = parse_study_condition(text, ["buy"], baseline=True)
    return study_verdicts([condition], told, told_since)[0].failed


def test_success_and_findings_are_held_to_their_bounds() -> None:
    assert verdict("success<0.8") is True and verdict("success:buy<80%") is True
    assert verdict("success>0.5") is False
    assert verdict("findings>0") is True and verdict("findings>50") is False
    assert verdict("new>0") is True and verdict("new>0", new=False) is False


def test_what_was_seen_once_counts_in_no_condition() -> None:
    assert verdict("findings>0", once=True) is False
    assert verdict("new>0", once=True) is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("succes<1", "the names are success"),
        ("success:sell<1", "no task is called 'sell'; there are buy"),
        ("high:buy>0", "write a name"),
        ("success<2", "from 0 to 1"),
        ("high>5%", "a number of findings"),
    ],
)
def test_what_is_no_condition_is_said(text: str, said: str) -> None:
    with pytest.raises(ConditionError, match=said):
        parse_study_condition(text, ["buy"], baseline=True)


def test_new_needs_a_baseline(tmp_path: Path) -> None:
    with pytest.raises(ConditionError, match="add --baseline"):
        parse_study_condition("new>0", ["buy"], baseline=False)
