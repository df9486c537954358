"""Where a study's files are, and which visits ordered by the embedded shop's own log.

Knows files, neither browsers nor how a study is carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from agent.runs.card import RunFolder
from envs.shop.events import EventLog

_PAGE_OF_EVENTS = 5000


class StudyFolder:
    """A study's files: those of a run, and what was asked, answered and found."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = RunFolder(root)
        self.definition = root / "definition.json"
        self.shop_log = root / "shop.sqlite"
        self.replays = RunFolder(root / "replays")
        """Visits taken again to see whether what was found comes again."""

    def orders(self) -> frozenset[str] | None:
        """Ids of the visits that ordered, by the embedded shop's own log; None on other sites."""
        if not self.shop_log.exists():
            return None
        log = EventLog(self.shop_log)
        try:
            return frozenset(visit for visit, kind in _events(log) if kind == "order")
        finally:
            log.close()


def _events(log: EventLog) -> Iterator[tuple[str, str]]:
    """Visit and type of every event, in order."""
    seen = 0
    while events := log.read(after=seen, limit=_PAGE_OF_EVENTS):
        yield from ((event.visit, event.type) for event in events)
        seen += len(events)
