"""How good an import is: what was done, what of it became a step, and what did not, and why."""

from __future__ import annotations

import msgspec

DROPPED = {
    "unnamed": "clicks on something without a name",
    "torn": "actions after a lost piece of the page",
    "unseen": "actions before the first picture of the page",
    "gone": "actions on an element that was not in the page",
    "unreadable": "events that could not be read",
    "doubled": "events that were there twice",
}
"""What is counted and not kept, in words."""


class Quality(msgspec.Struct):
    """Counts of an import; clicks include typing and choosing. `masked` are texts that the
    recording covered, `found` those of them that were read from the next address."""

    recordings: int = 0
    sessions: int = 0
    steps: int = 0
    acted: int = 0
    kept: int = 0
    masked: int = 0
    found: int = 0
    programmed: int = 0
    clock_back: int = 0
    cut: int = 0
    unstyled: int = 0
    torn_pages: int = 0
    dropped: dict[str, int] = {}

    @property
    def lost(self) -> int:
        """Clicks, choices and texts that are no step."""
        return sum(self.dropped.get(why, 0) for why in ("unnamed", "torn", "unseen", "gone"))

    @property
    def named(self) -> float:
        """The share of what people did on elements that is kept; 1 where nobody did anything."""
        return self.kept / (self.kept + self.lost) if self.kept + self.lost else 1.0

    def drop(self, why: str, many: int = 1) -> None:
        """Count what is not kept, by one of the reasons in `DROPPED`."""
        self.dropped[why] = self.dropped.get(why, 0) + many

    def add(self, other: Quality) -> None:
        """Count what another recording had as well."""
        for field in msgspec.structs.fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if isinstance(mine, dict):
                for why, many in theirs.items():
                    self.drop(why, many)
            else:
                setattr(self, field.name, mine + theirs)
