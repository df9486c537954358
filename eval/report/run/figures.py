"""The numbers of a run's report: outcomes, funnel, searches, time, problems.

Pure functions of visits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.sessions.outcome import SessionOutcome
from agent.sessions.session import FindingKind
from eval.visits import StepView, Visit

NOTICED = 1.0
"""Seconds from which on a person's flow of thought is interrupted (Nielsen 1993, chapter 5)."""


@dataclass(frozen=True)
class StepOfVisit:
    """A step of a visit, to point at."""

    visit: Visit
    step: StepView


@dataclass(frozen=True)
class ReportedProblem:
    """Something that went wrong, with the visits it happened to (each once, in order)."""

    kind: str
    text: str
    times: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Times:
    """Where the customers' time went, in seconds summed over visits."""

    policy: float
    settle: float
    other: float

    @property
    def total(self) -> float:
        return self.policy + self.settle + self.other


def counted(visits: Sequence[Visit]) -> list[Visit]:
    """The visits that shares are of: all but those that failed, which says nothing of the site's
    customers."""
    return [visit for visit in visits if visit.outcome is not SessionOutcome.ERROR]


def outcomes(visits: Sequence[Visit]) -> dict[SessionOutcome, int]:
    """Visits by outcome, every outcome present, in their order."""
    found = Counter(visit.outcome for visit in visits)
    return {outcome: found[outcome] for outcome in SessionOutcome}


def times(visits: Sequence[Visit]) -> Times:
    """Policy and settle time as logged; the rest of each visit's duration is other."""
    policy = sum(step.policy_seconds for visit in visits for step in visit.steps)
    settle = sum(step.settle_seconds for visit in visits for step in visit.steps)
    whole = sum(visit.seconds for visit in visits)
    return Times(policy, settle, max(0.0, whole - policy - settle))


def slowest_waits(visits: Sequence[Visit], top: int = 3) -> list[StepOfVisit]:
    """The steps after which the page took longest to be quiet, if longer than `NOTICED`."""
    places = [StepOfVisit(v, s) for v in visits for s in v.steps if s.settle_seconds > NOTICED]
    return sorted(places, key=lambda place: -place.step.settle_seconds)[:top]


def held_back(visits: Sequence[Visit]) -> list[StepOfVisit]:
    """Actions whose order the guard held back, before the press or on its way out."""
    return [StepOfVisit(v, s) for v in visits for s in v.steps if s.held or not s.executed]


def problems(visits: Sequence[Visit]) -> list[ReportedProblem]:
    """Failed visits, findings and failed actions, grouped by their text, the most frequent first
    within each kind."""
    seen: dict[tuple[str, str], list[Visit]] = {}
    for visit in visits:
        if visit.error:
            seen.setdefault(("failed visit", visit.error), []).append(visit)
        for finding in visit.findings:
            seen.setdefault((finding.kind, finding.text), []).append(visit)
        for step in visit.steps:
            if step.error:
                seen.setdefault(("failed action", step.error), []).append(visit)
    order = {"failed visit": 0, FindingKind.LOOP: 1, "failed action": 3}
    grouped = [
        ReportedProblem(kind, text, len(hit), tuple({v.number: v for v in hit}.values()))
        for (kind, text), hit in seen.items()
    ]
    return sorted(grouped, key=lambda p: (order.get(p.kind, 2), -p.times, p.text))


def first_searches(visits: Sequence[Visit], top: int = 8) -> list[tuple[str, int]]:
    """The first search of each visit, equal ones (case and spaces aside) counted together."""
    found: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for visit in visits:
        if visit.queries:
            key = " ".join(visit.queries[0].casefold().split())
            spelling.setdefault(key, visit.queries[0])
            found[key] += 1
    return [(spelling[key], times) for key, times in found.most_common(top)]
