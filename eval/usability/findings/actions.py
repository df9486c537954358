"""Actions that did not work: covered, invisible, unusable and moving targets, dead and rage clicks,
loops.

Sources: Nielsen, 10 usability heuristics (1994), visibility of system status and error prevention;
rage and dead clicks as session-replay tools count them: repeated clicks on one spot, and clicks
that change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from agent.sessions.old_faults import fault_of
from agent.sessions.session import FindingKind, Step
from envs.actions import Click, Terminate, action_name
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.findings.refusals import Refusal, refusal_of
from eval.usability.task_visits import Seen, TaskVisit

RAGE = 3
"""Clicks on the same thing, in a row, that change nothing."""
ROUNDS = 3
"""Times the same few pages are gone through in a row to be a loop."""
LONGEST_ROUND = 4


def refused(logs: Logs) -> Iterator[Problem]:
    """Actions the page did not let happen, by page, element and reason."""
    groups: defaultdict[tuple[Refusal, str, str], list[Hit]] = defaultdict(list)
    for visit in logs.visits:
        for seen in visit.seen:
            fault = fault_of(seen.step.result)
            refusal = None if fault is None else refusal_of(fault)
            if refusal is not None:
                note = f"The action failed: {seen.step.result.error or fault}."
                hit = Hit(visit, seen.step.index, note)
                groups[refusal, seen.page, element_of(seen.step)].append(hit)
    for (refusal, page, element), hits in groups.items():
        kind, what, advice = refusal
        yield Problem(
            kind=kind,
            page=page,
            element=element,
            about=f"{element}: {what}",
            title=f"“{words_of(element)}” {what}",
            detail=f"Customers tried to use it {_times(hits)}, and it did not work.",
            suggestion=advice,
            norm="Measured against Nielsen's heuristics (1994): what is offered must work.",
            impact=2,
            hits=tuple(hits),
            exposed=logs.on(page),
        )


def without_effect(logs: Logs) -> Iterator[Problem]:
    """Clicks that change nothing: dead clicks and rage clicks."""
    dead: defaultdict[tuple[str, str], list[Hit]] = defaultdict(list)
    rage: defaultdict[tuple[str, str], list[Hit]] = defaultdict(list)
    for visit in logs.visits:
        for run in _runs(visit):
            first = visit.seen[run[0]]
            key = first.page, element_of(first.step)
            if len(run) >= RAGE:
                rage[key].append(Hit(visit, run[-1], f"Clicked it {len(run)} times in a row."))
            elif _changed_nothing(visit, run[-1]):
                dead[key].append(Hit(visit, run[-1], "Clicked it, and the page stayed the same."))
    for key in rage:
        rage[key] += dead.pop(key, [])
    for groups, what in (
        (rage, "is clicked again and again without effect"),
        (dead, "does nothing when it is clicked"),
    ):
        for (page, element), hits in groups.items():
            yield Problem(
                kind="rage-click" if groups is rage else "dead-click",
                page=page,
                element=element,
                title=f"“{words_of(element)}” {what}",
                detail=f"It was clicked without any visible effect {_times(hits)}.",
                suggestion="Make it do what it promises and show that it did, or make it look "
                "like text.",
                norm="Measured against Nielsen's heuristics (1994): visibility of system status.",
                impact=2,
                hits=tuple(hits),
                exposed=logs.on(page),
            )


def loops(logs: Logs) -> Iterator[Problem]:
    """Going in circles: over the same few pages, or stuck with something other than a click."""
    groups: defaultdict[tuple[str, ...], list[Hit]] = defaultdict(list)
    for visit in logs.visits:
        if visit.done or not visit.seen:
            continue
        if (circle := _circle(visit)) is not None:
            pages = tuple(dict.fromkeys(visit.seen[n].page for n in circle))
            way = " → ".join(pages)
            groups[pages].append(Hit(visit, circle[-1], f"Went {way} {ROUNDS} times in a row."))
        elif _stuck(visit) and not _in_anger(visit):
            last = visit.seen[-1]
            hit = Hit(visit, last.step.index, "Did the same again and again.")
            groups[(last.page,)].append(hit)
    for pages, hits in groups.items():
        yield Problem(
            kind="loop",
            page=pages[0],
            element=None,
            title=f"Customers go in circles on {' and '.join(pages[:3])}",
            detail="They came back to the same place without making progress.",
            suggestion="Show on the page what is missing to go on, and a way out.",
            norm="Measured against Nielsen's heuristics (1994): user control and freedom.",
            impact=3,
            hits=tuple(hits),
            exposed=logs.on(pages[0]),
        )


def element_of(step: Step) -> str:
    """The last part of the name acted on, the same on all pages of a kind; products are all one."""
    if step.kind == "product":
        return "product"
    return (action_name(step.action) or "").rpartition(".")[2]


def words_of(element: str) -> str:
    return element.replace("_", " ")


def _runs(visit: TaskVisit) -> Iterator[list[int]]:
    """Clicks on the same thing in a row on a page that stayed the same, by step; each click alone
    where it was not repeated."""
    run: list[int] = []
    for n, seen in enumerate(visit.seen):
        if not (isinstance(seen.step.action, Click) and seen.step.result.ok and seen.step.executed):
            if run:
                yield run
            run = []
        elif run and _again(visit.seen[run[-1]], seen):
            run.append(n)
        else:
            if run:
                yield run
            run = [n]
    if run:
        yield run


def _again(before: Seen, now: Seen) -> bool:
    return before.description == now.description and before.shows_same(now)


def _changed_nothing(visit: TaskVisit, index: int) -> bool:
    after = visit.after(index)
    return after is not None and visit.seen[index].shows_same(after)


def _circle(visit: TaskVisit) -> list[int] | None:
    """The steps of the last round of a circle: the same actions on the same pages, in order."""
    descriptions = [
        (s.key, s.description) for s in visit.seen if not isinstance(s.step.action, Terminate)
    ]
    for size in range(2, LONGEST_ROUND + 1):
        for end in range(ROUNDS * size, len(descriptions) + 1):
            rounds = [descriptions[end - (k + 1) * size : end - k * size] for k in range(ROUNDS)]
            if all(one == rounds[0] for one in rounds):
                return list(range(end - size, end))
    return None


def _in_anger(visit: TaskVisit) -> bool:
    """Whether the visit ended in clicks that are counted as such."""
    runs = list(_runs(visit))
    return bool(runs) and len(runs[-1]) >= RAGE and runs[-1][-1] == len(visit.seen) - 1


def _stuck(visit: TaskVisit) -> bool:
    return any(finding.kind == FindingKind.LOOP for finding in visit.session.findings)


def _times(hits: list[Hit]) -> str:
    return "once" if len(hits) == 1 else f"{len(hits)} times"
