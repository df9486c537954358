"""A study's findings beside those of an earlier study of the same shop: what is new since."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.study.definition import Study
from eval.errors import EvalInputError
from eval.page_budgets import budgets_differ
from eval.usability.before_after import matched
from eval.usability.schema import Finding, StudyResult, read_result


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that were not there before, that still are, and that are no longer: of those that
    count on either side, a finding seen once only being neither new nor gone."""

    folder: str
    new: tuple[Finding, ...]
    persisting: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    warning: str | None = None
    """What else differs that may have brought or taken findings."""


def read_baseline(folder: Path, study: Study) -> StudyResult:
    """The result to compare with.

    Raises:
        EvalInputError: there is none, or it is of another site or of other tasks.
    """
    before = read_result(folder)
    if before.study.site != study.site:
        raise EvalInputError(
            f"--baseline {folder} is a study of {before.study.site}, and this one is of "
            f"{study.site}: name a folder of a study of the same site"
        )
    if not {task.id for task in before.study.tasks} & {task.id for task in study.tasks}:
        raise EvalInputError(f"--baseline {folder} has no task in common with this study")
    return before


def since(folder: Path, before: StudyResult, now: StudyResult) -> Since:
    """What became of the findings. One that was there before is known again also where it was met
    once only now."""
    pairs = matched(before.findings, now.findings)
    return Since(
        folder=str(folder),
        new=tuple(b for a, b in pairs if b and b.confirmed and not a),
        persisting=tuple(b for a, b in pairs if a and b),
        resolved=tuple(a for a, b in pairs if a and a.confirmed and not b),
        warning=budgets_differ(before.facts.policy_settings, now.facts.policy_settings),
    )
