"""A visit that is asked about, and how what was found in its log is put into sentences.

Knows nothing of questions.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from agent.sessions.session import Session
from agent.study.from_log.evidence import Note

MOST_NOTES = 3
"""Quotations for one thing."""


class Visit(msgspec.Struct, frozen=True):
    """A visit that is asked about: what it was for, and how it ended, in a sentence each.
    `closed`: by the study, not by the customer."""

    session: Session
    wanted: str
    ending: str
    closed: bool

    @property
    def last(self) -> int:
        return len(self.session.steps) - 1

    @property
    def whole(self) -> str:
        """The steps of all pages that were seen."""
        return "[0]" if self.last == 0 else f"[0] to [{self.last}]"


def listed(notes: Iterable[Note], most: int = MOST_NOTES) -> str:
    """``a [0], b [2] and 3 more``: the first and the last where there are too many."""
    found = [str(note) for note in notes]
    if len(found) <= most:
        return ", ".join(found)
    return f"{', '.join(found[: most - 1])}, … ({len(found) - most} more), {found[-1]}"


def sentence(text: str) -> str:
    """With a capital letter at its beginning."""
    return text[:1].upper() + text[1:]
