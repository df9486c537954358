"""How the pages of a shop were used: what was pressed and looked at, and the ways between pages.

For the report's maps and path graph. Counts only, no judgement.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise

from agent.sessions.outcome import outcome_of
from envs.actions import Terminate, action_name
from eval.usability.schema import FunnelStage, Look, Move, PageUse, Spot
from eval.usability.task_results import is_search
from eval.usability.task_visits import Seen, TaskVisit

START, DONE, LEFT = "(start)", "(done)", "(left)"
"""Ends of the ways between pages."""


def page_uses(visits: Sequence[TaskVisit]) -> tuple[PageUse, ...]:
    """Each kind of page, the most viewed first."""
    here: defaultdict[str, list[tuple[TaskVisit, Seen]]] = defaultdict(list)
    for visit in visits:
        for seen in visit.seen:
            here[seen.page].append((visit, seen))
    uses = [_use(page, looks) for page, looks in here.items()]
    return tuple(sorted(uses, key=lambda use: (-use.views, use.page)))


def moves(visits: Sequence[TaskVisit]) -> tuple[Move, ...]:
    """The ways between kinds of pages, the most used first."""
    count: Counter[tuple[str, str]] = Counter()
    people: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for visit in visits:
        if not visit.seen:
            continue
        pages = [seen.page for seen in visit.seen if seen.arrived]
        way = [START, *pages, DONE if visit.done else LEFT]
        for move in pairwise(way):
            count[move] += 1
            people[move].add(visit.participant)
    return tuple(
        Move(start=start, end=end, count=times, customers=len(people[start, end]))
        for (start, end), times in count.most_common()
    )


def funnel(visits: Sequence[TaskVisit]) -> tuple[FunnelStage, ...]:
    """How many visits came how far. Who orders at once has passed through every stage before it;
    doing the task need not take an order, and stands by itself."""
    shop = _STAGES[:-1]
    counts = [
        sum(any(reached(visit) for *_, reached in shop[i:]) for visit in visits)
        for i in range(len(shop))
    ]
    done = _STAGES[-1][2]
    return tuple(
        FunnelStage(key=key, label=label, visits=count, of=len(visits))
        for (key, label, _), count in zip(_STAGES, [*counts, sum(map(done, visits))], strict=True)
    )


def _use(page: str, looks: Sequence[tuple[TaskVisit, Seen]]) -> PageUse:
    steps = [(visit, seen.step) for visit, seen in looks]
    waits = [s.step.load.server_ms for _, s in looks if s.arrived and s.step.load is not None]
    titles = Counter(step.title.strip() for _, step in steps)
    exits = sum(not v.done and seen is v.seen[-1] for v, seen in looks)
    return PageUse(
        page=page,
        title=titles.most_common(1)[0][0],
        views=sum(seen.arrived for _, seen in looks),
        customers=len({visit.participant for visit, _ in looks}),
        exits=exits,
        server_ms=round(statistics.median(waits), 1) if waits else None,
        spots=tuple(
            Spot(
                session_id=visit.session.session_id,
                step=step.index,
                name=action_name(step.action) or "",
                kind=step.kind,
                ok=step.result.ok,
                box=step.box,
            )
            for visit, step in steps
            if step.box is not None and not isinstance(step.action, Terminate)
        ),
        looks=tuple(
            Look(
                session_id=visit.session.session_id,
                step=step.index,
                viewport=step.viewport,
                screenshot=step.screenshot,
            )
            for visit, step in steps
            if step.viewport is not None
        ),
    )


def _did(*kinds: str) -> Callable[[TaskVisit], bool]:
    def reached(visit: TaskVisit) -> bool:
        return any(s.step.kind in kinds and s.step.result.ok for s in visit.seen)

    return reached


_STAGES: tuple[tuple[str, str, Callable[[TaskVisit], bool]], ...] = (
    ("came", "Came to the shop", lambda visit: True),
    ("searched", "Searched", lambda visit: any(is_search(seen.step) for seen in visit.seen)),
    ("product", "Opened a product", _did("product")),
    ("cart", "Used the cart or chose to buy", _did("cart", "buy")),
    ("ordered", "Ordered", lambda visit: outcome_of(visit.session).ordered),
    ("done", "Did the task", lambda visit: visit.done),
)
