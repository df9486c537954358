"""A problem before it becomes a finding: where it is, what it is held against, and who met it.

The severity rule is here: impact and frequency as in Rubin and Chisnell, Handbook of Usability
Testing (2nd ed. 2008), ch. 11.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from envs.observation import Box
from eval.usability.schema import Evidence, Finding, FindingKind, SegmentShare, Severity
from eval.usability.task_visits import TaskVisit

MOST_EVIDENCE = 6
FREQUENCIES = (0.10, 0.50, 0.89)
"""Shares of customers above which frequency is 2, 3 and 4: Rubin and Chisnell's "10 % or less", "11
to 50 %", "51 to 89 %", "90 % or more"."""
IMPACTS = {1: "irritates", 2: "costs effort or time", 3: "limits severely", 4: "stops people"}
SOON = 1
"""A visit that ended without success so few actions after a problem was stopped by it."""


@dataclass(frozen=True)
class Hit:
    """Somebody met a problem: at step `index` of `visit`. `box` is the element it is about, where
    that is not the one acted on."""

    visit: TaskVisit
    index: int
    note: str
    box: Box | None = None


@dataclass(frozen=True)
class Problem:
    """One problem on one kind of page. `impact` is what it does to whoever meets it (1 or 2), more
    where customers stopped there; `standing` says that the page is always like that, so that
    stopping there proves nothing. `about` tells it from others of its kind on its page, in another
    study, too; the element does where it is None. `exposed` are the participants who could have
    met it.
    """

    kind: FindingKind
    page: str
    element: str | None
    title: str
    detail: str
    suggestion: str
    norm: str
    impact: int
    hits: tuple[Hit, ...]
    exposed: frozenset[str]
    standing: bool = False
    about: str | None = None

    @cached_property
    def affected(self) -> tuple[str, ...]:
        return tuple(sorted({hit.visit.participant for hit in self.hits}))


@dataclass(frozen=True)
class Logs:
    """All visits of a study that did not break down, and which trait bands participants have."""

    visits: tuple[TaskVisit, ...]
    segments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def _on(self) -> dict[str, frozenset[str]]:
        seen: dict[str, set[str]] = {}
        for visit in self.visits:
            for one in visit.seen:
                seen.setdefault(one.page, set()).add(visit.participant)
        return {page: frozenset(people) for page, people in seen.items()}

    def on(self, page: str) -> frozenset[str]:
        """The participants who were on pages of this pattern."""
        return self._on.get(page, frozenset())

    @cached_property
    def everyone(self) -> frozenset[str]:
        return frozenset(visit.participant for visit in self.visits)


def finding_of(problem: Problem, logs: Logs, number: int) -> Finding:
    """The problem as a finding, with severity, kinds of customers and evidence."""
    affected, exposed = len(problem.affected), len(problem.exposed | set(problem.affected))
    stopped = _stopped(problem)
    impact = min(4, problem.impact + (2 if stopped == affected > 1 else bool(stopped)))
    frequency = 1 + bisect.bisect_left(FREQUENCIES, affected / exposed)
    severity = _severity(impact + frequency)
    said = f"; {stopped} of the {affected} stopped there without success" if stopped else ""
    return Finding(
        id=f"F{number}",
        kind=problem.kind,
        title=problem.title,
        page=problem.page,
        element=problem.element,
        about=(problem.element or "") if problem.about is None else problem.about,
        affected=affected,
        exposed=exposed,
        participants=problem.affected,
        segments=_segments(problem, logs),
        impact=impact,
        frequency=frequency,
        criticality=impact + frequency,
        severity=severity,
        rule=f"Impact {impact} ({IMPACTS[impact]}{said}) and frequency {frequency} ({affected} of "
        f"{exposed} customers who were there) make {impact + frequency} of 8: {severity}. "
        f"{problem.norm}",
        detail=problem.detail,
        suggestion=problem.suggestion,
        evidence=tuple(map(_evidence, _telling(problem.hits))),
    )


def _severity(criticality: int) -> Severity:
    return "high" if criticality >= 6 else "medium" if criticality >= 4 else "low"


def _stopped(problem: Problem) -> int:
    """How many of the affected stopped right after meeting the problem, if that says anything and
    it is at least half of them."""
    if problem.standing:
        return 0
    stopped = {
        hit.visit.participant for hit in problem.hits if hit.visit.stopped_soon(hit.index, SOON)
    }
    return len(stopped) if 2 * len(stopped) >= len(problem.affected) else 0


def _segments(problem: Problem, logs: Logs) -> tuple[SegmentShare, ...]:
    """Each trait band with how many of its exposed participants were affected."""
    exposed = problem.exposed | set(problem.affected)
    everyone: Counter[tuple[str, str]] = Counter()
    theirs: Counter[tuple[str, str]] = Counter()
    for participant in exposed:
        for trait, band in logs.segments.get(participant, {}).items():
            everyone[trait, band] += 1
            theirs[trait, band] += participant in problem.affected
    return tuple(
        SegmentShare(trait=trait, band=band, affected=theirs[trait, band], customers=count)
        for (trait, band), count in sorted(everyone.items())
    )


def _telling(hits: Sequence[Hit]) -> Iterable[Hit]:
    """At most `MOST_EVIDENCE` hits: with a picture first, then of different participants."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, bool, int, Hit]] = []
    for hit in hits:
        seen[hit.visit.participant] += 1
        pictured = hit.visit.seen[hit.index].step.screenshot is not None
        ranked.append((seen[hit.visit.participant], not pictured, len(ranked), hit))
    return [hit for *_, hit in sorted(ranked, key=lambda r: r[:3])][:MOST_EVIDENCE]


def _evidence(hit: Hit) -> Evidence:
    step = hit.visit.seen[hit.index].step
    return Evidence(
        session_id=hit.visit.session.session_id,
        participant=hit.visit.participant,
        task=hit.visit.task.id,
        step=hit.index,
        url=step.url,
        note=hit.note,
        screenshot=step.screenshot,
        box=hit.box or step.box,
        viewport=step.viewport,
        thought=step.reasoning,
    )
