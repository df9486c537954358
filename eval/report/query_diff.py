"""A search and the one before it, word by word."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from eval.visits import Visit


@dataclass(frozen=True)
class Change:
    """A piece of a search revision: ``same``, ``gone`` or ``new`` words."""

    how: str
    text: str


def revision(before: str, after: str) -> list[Change]:
    """What a search changed from the one before it, word by word."""
    old, new = before.split(), after.split()
    changes = []
    matcher = difflib.SequenceMatcher(
        None, [w.casefold() for w in old], [w.casefold() for w in new], autojunk=False
    )
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            changes.append(Change("same", " ".join(new[k:m])))
            continue
        changes += [Change("gone", " ".join(old[i:j]))] if j > i else []
        changes += [Change("new", " ".join(new[k:m]))] if m > k else []
    return changes


def revised(visits: Sequence[Visit]) -> list[tuple[Visit, list[list[Change]]]]:
    """Visits that searched more than once, with every search after the first as changes."""
    return [
        (visit, [revision(a, b) for a, b in zip(visit.queries, visit.queries[1:], strict=False)])
        for visit in visits
        if len(visit.queries) > 1
    ]
