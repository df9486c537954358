"""The visits of both sides of a comparison, paired customer by customer.

Knows the folders of runs; measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.runs.card import RunFolder
from agent.runs.folder import session_files
from agent.sessions.log import read_session_log
from agent.sessions.session import RecordError
from eval.errors import EvalInputError
from eval.visits import Visit, visit_of


@dataclass(frozen=True)
class SideVisit:
    """A visit and who made it."""

    user: str
    seed: int | None
    visit: Visit

    @property
    def finished(self) -> bool:
        return self.visit.outcome.finished


Pair = tuple[SideVisit, SideVisit]


def visits_of(folder: RunFolder) -> dict[str, SideVisit]:
    """Every visit whose log can be read, by session id, numbered as the run's report does."""
    seen: dict[str, SideVisit] = {}
    for path in session_files(folder):
        try:
            session = read_session_log(path)
        except (RecordError, OSError):
            continue  # the side's own report names it
        visit = visit_of(session, len(seen) + 1)
        seen[session.session_id] = SideVisit(session.user_id, session.seed, visit)
    return seen


def pairs_of(a: dict[str, SideVisit], b: dict[str, SideVisit]) -> list[Pair]:
    """Customers who finished on both sides.

    Raises:
        EvalInputError: who has one id is not the same customer on both.
    """
    both = [(a[name], b[name]) for name in sorted(a.keys() & b.keys())]
    for one, other in both:
        if (one.user, one.seed, one.visit.intent) != (other.user, other.seed, other.visit.intent):
            raise EvalInputError(
                f"{one.visit.session_id} is not the same customer on both sides: {one.user!r} with "
                f"seed {one.seed} on a, {other.user!r} with seed {other.seed} on b; run both sides "
                "with one `shopper run`"
            )
    return [pair for pair in both if pair[0].finished and pair[1].finished]
