"""Everything that a run's page is made of, read from its logs once.

The study's detectors want whole visits with their pages, which do not fit into memory for all of a
large run: they get the first ones, and it is said how many.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.runs.card import RunFolder
from agent.sessions.dataset import checked_rows
from agent.sessions.jsonl import Bad
from agent.sessions.outcome import failed
from agent.sessions.session import Session
from agent.study.definition import Success, Task
from eval.report.run.orders import Order, order_of
from eval.usability.findings import find_all
from eval.usability.findings.problem import Logs
from eval.usability.page_patterns import Patterns
from eval.usability.schema import Finding
from eval.usability.task_visits import task_visit
from eval.visits import Visit, visit_of

PAGES = 120_000_000
"""Characters of pages that are kept for the detectors at most."""
MOST = 400
"""Visits that the detectors look into: some compare each with each."""
SHOPPING = Task(id="visit", text="{intent}", success=Success(order=True))
"""What customers of a run came for: a visit that ends without an order did not succeed."""


@dataclass(frozen=True)
class Unreadable:
    """A session log that could not be read, and why."""

    file: str
    reason: str


@dataclass
class Seen:
    """A run's visits, numbered in the order of their logs; orders; what the detectors found, and in
    how many visits they looked."""

    visits: list[Visit] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    looked_at: int = 0


def read(folder: RunFolder) -> Seen:
    """Logs that cannot be read are named and in none of the numbers."""
    seen, whole, room = Seen(), list[Session](), PAGES
    known: dict[str, str] = {}
    for path in sorted(folder.sessions.glob("*.jsonl")):
        try:
            for row in checked_rows(path, known):
                if isinstance(row, Bad):
                    seen.unreadable.append(Unreadable(path.name, str(row.error)))
                    continue
                session = row.session
                seen.visits.append(visit_of(session, len(seen.visits) + 1))
                if (order := order_of(session)) is not None:
                    seen.orders.append(order)
                room -= sum(len(step.context) for step in session.steps)
                if room > 0 and len(whole) < MOST and session.end and not failed(session):
                    whole.append(session)
        except OSError as error:
            seen.unreadable.append(Unreadable(path.name, str(error)))
    seen.findings, seen.looked_at = _findings(whole), len(whole)
    return seen


def _findings(sessions: list[Session]) -> tuple[Finding, ...]:
    """What a study's detectors find in these visits."""
    patterns = Patterns(step.url for session in sessions for step in session.steps)
    visits = tuple(task_visit(session, SHOPPING, None, patterns) for session in sessions)
    return find_all(Logs(visits))
