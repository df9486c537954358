"""What of the visit so far is told on a page of lines: what was opened, what was typed, what is
wanted.

A function of the steps before and of the intent, never of what is done on the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from agent.prompts.lines.prices import amount_in
from agent.sessions.session import Step
from agent.shoppers.history import product_part
from envs.actions import Click, Typing

_WORD = re.compile(r"[^\W\d_]{3,}")
_JOINING = frozenset(
    *(
        [
            "and",
            "for",
            "the",
            "with",
            "und",
            "für",
            "mit",
            "der",
            "die",
            "das",
            "pour",
            "avec",
            "les",
            "des",
            "une",
            "para",
            "con",
            "los",
            "las",
            "una",
        ],
    )
)


class Memory(msgspec.Struct, frozen=True):
    """`opened`: products opened before, each by the last part of its name; `wanted`: words of what
    is wanted, or of the last search where that is not known, without their endings; `most`: what
    may be spent, in the intent's own currency."""

    opened: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    most: float | None = None
    step: int = 0
    searches: int = 0

    @property
    def told(self) -> str:
        """What was done so far, in a few words."""
        return f"step {self.step + 1}, {self.searches} searches, {len(self.opened)} opened"


def memory_of(steps: Sequence[Step], intent: str | None) -> Memory:
    """What is remembered after `steps`, of a visit for `intent` (None: not to be shown)."""
    clicks = [s.action.name for s in steps if s.kind == "product" and isinstance(s.action, Click)]
    typed = [s.action.text for s in steps if s.kind == "search" and isinstance(s.action, Typing)]
    words = intent or (typed[-1] if typed else "")
    return Memory(
        opened=frozenset(product_part(name) for name in clicks),
        wanted=stems(words),
        most=amount_in(intent or ""),
        step=len(steps),
        searches=len(typed),
    )


def last_part(name: str) -> str:
    """The last part of a name: the same thing mostly has it on every page."""
    return name.rsplit(".", 1)[-1]


def stems(text: str) -> frozenset[str]:
    """The words of a text by their beginnings, so that ``lamps`` is the word ``lamp``."""
    words = (word for word in _WORD.findall(text.casefold()) if word not in _JOINING)
    return frozenset(_stem(word) for word in words)


def _stem(word: str) -> str:
    """Cut a plural's ending; in other languages than English it costs nothing to try."""
    for ending in ("es", "s", "en", "e"):
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            return word[: -len(ending)]
    return word
