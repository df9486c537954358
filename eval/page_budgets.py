"""Whether two sides that are compared were shown pages within the same budget."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from agent.prompts.prompt import page_budget
from agent.runs.card import RunFolder, decode_card


def budgets_differ(one: Mapping[str, object], other: Mapping[str, object]) -> str | None:
    """A sentence where the settings of two policies tell different budgets; None where they do not,
    or one of them tells nothing."""
    first, second = page_budget(one), page_budget(other)
    if not one or not other or first == second:
        return None
    return (
        f"Pages were shown within different budgets (--page-tokens {first} and {second}): what "
        "differs may come of that."
    )


def runs_budgets_differ(one: Path, other: Path) -> str | None:
    """The same of two runs' folders; None where one is none, as a data set is."""
    settings = [_settings(path) for path in (one, other)]
    return budgets_differ(*settings)


def _settings(path: Path) -> Mapping[str, object]:
    card = RunFolder(path).card
    if not card.is_file():
        return {}
    try:
        return decode_card(card.read_bytes()).policy_settings
    except (OSError, msgspec.DecodeError):
        return {}
