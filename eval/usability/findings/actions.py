"""Actions that did not work: covered, invisible, unusable and moving targets, dead and rage clicks,
loops.

Sources: Nielsen, 10 usability heuristics (1994), visibility of system status and error prevention;
rage and dead clicks as session-replay tools count them: repeated clicks on one spot, and clicks
that change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from agent.sessions.session import Step
from envs.actions import Click, Terminate, action_name
from eval.usability.findings.problem import Hit, Logs, Problem
from eval.usability.schema import FindingKind
from eval.usability.task_visits import Seen, TaskVisit

RAGE = 3
"""Clicks on the same thing, in a row, that change nothing."""
ROUNDS = 3
"""Times the same few pages are gone through in a row to be a loop."""
LONGEST_ROUND = 4

_REFUSALS: tuple[tuple[str, FindingKind, str, str], ...] = (
    ("is covered by", "covered-target", "is covered by something else",
     "Keep banners, pop-ups and sticky bars off what people want to press, or let them be closed "
     "with one obvious click."),
    ("is not visible now", "invisible-target", "cannot be seen when it is wanted",
     "Show the control where it is announced, and keep it there."),
    ("the page changed and", "moving-page", "changes while it is being used",
     "Do not move or replace controls after the page is shown; reserve their space."),
    ("is disabled", "unusable-target", "is disabled without saying why",
     "Say beside the control what is missing, or leave it enabled and explain on pressing."),
    ("is read-only", "unusable-target", "cannot be typed into", "Show it as text, not as a field."),
    ("did not accept the keyboard", "unusable-target", "does not take the keyboard",
     "Let the field have the focus when it is clicked."),
    ("after typing", "unusable-target", "does not keep what is typed",
     "Accept the usual ways to write it, and reformat silently."),
    ("could not be chosen", "unusable-target", "cannot be chosen",
     "Use the browser's own list, or make yours work with the keyboard."),
    ("nothing happened when Enter", "unusable-target", "does nothing on Enter",
     "Submit the form on Enter."),
    ("does not react to the pointer", "unusable-target", "does not react to the pointer",
     "Let it be pressed as soon as it is shown, or show that it cannot be."),
    ("did not get the press", "covered-target", "does not get the press",
     "Let nothing lie over the control, however transparent."),
)  # fmt: skip
"""Words of an action's error, the kind of problem, what is wrong, what to try."""


def refused(logs: Logs) -> Iterator[Problem]:
    """Actions the page did not let happen, by page, element and reason."""
    groups: defaultdict[tuple[int, str, str], list[Hit]] = defaultdict(list)
    for visit in logs.visits:
        for seen in visit.seen:
            error = seen.step.result.error
            if seen.step.result.ok or not error:
                continue
            for number, (words, *_) in enumerate(_REFUSALS):
                if words in error:
                    hit = Hit(visit, seen.step.index, f"The action failed: {error}.")
                    groups[number, seen.page, element_of(seen.step)].append(hit)
                    break
    for (number, page, element), hits in groups.items():
        _, kind, what, advice = _REFUSALS[number]
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
    return any(finding.kind == "loop" for finding in visit.session.findings)


def _times(hits: list[Hit]) -> str:
    return "once" if len(hits) == 1 else f"{len(hits)} times"
