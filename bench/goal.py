"""Do visits pursue what they came for? Of a run, or of sessions, one column each.

    python bench/goal.py [--reasonings N] RUN_OR_DATA ...

Of visits with an intent: does the first search hold the thing that is wanted, do later ones, do the
products that are opened (by the words of their links), is a search made again word for word, how
many buy, and how does the mix of kinds of actions lie to that of the last column? A search or a
product holds the thing when at least half of its words are in it; words are compared without their
endings, and a typing slip is another word. With --reasonings the first N reasonings of each visit in turn are
printed, unselected.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from agent.prompts.lines.memory import last_part, stems
from agent.sessions.dataset import read_sessions
from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session, Step
from agent.shoppers.shopping_goal import read_goal
from envs.actions import Click, Typing
from eval.stats.bootstrap import jensen_shannon
from eval.stats.intervals import wilson


class Pursuit(msgspec.Struct, frozen=True, kw_only=True):
    """What one visit did for its goal: of its searches whether they hold the thing and whether they
    were made before, of the products opened whether they are the thing."""

    searches: tuple[bool, ...]
    again: tuple[bool, ...]
    opened: tuple[bool, ...]
    bought: bool
    kinds: tuple[str, ...]


def pursuit_of(session: Session) -> Pursuit:
    """What `session`, which has an intent, did for it."""
    goal = read_goal(session.intent or "")
    thing = stems(goal.noun or goal.phrase)
    typed = [" ".join(text.casefold().split()) for text in _searches(session.steps)]
    return Pursuit(
        searches=tuple(_holds(text, thing) for text in typed),
        again=tuple(text in typed[:k] for k, text in enumerate(typed)),
        opened=tuple(
            _holds(last_part(step.action.name).replace("_", " "), thing)
            for step in session.steps
            if step.kind == "product" and isinstance(step.action, Click)
        ),
        bought=outcome_of(session).ordered,
        kinds=tuple(step.kind for step in session.steps),
    )


def _searches(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.kind == "search" and isinstance(step.action, Typing):
            yield step.action.text


def _holds(text: str, thing: frozenset[str]) -> bool:
    return 2 * len(stems(text) & thing) >= len(thing)


def rows(visits: Sequence[Pursuit], beside: Counter[str]) -> Iterator[tuple[str, str]]:
    """The figures of a column."""
    mix = Counter(kind for visit in visits for kind in visit.kinds)
    kinds = sorted({*mix, *beside})
    counts = [np.array([side[kind] for kind in kinds], dtype=float) for side in (mix, beside)]
    yield "visits", str(len(visits))
    yield "actions a visit", f"{mix.total() / len(visits):.1f}"
    yield "searches a visit", f"{sum(len(v.searches) for v in visits) / len(visits):.1f}"
    yield "search at all", _share(bool(v.searches) for v in visits)
    yield "first search on goal", _share(v.searches[0] for v in visits if v.searches)
    yield "all searches on goal", _share(one for v in visits for one in v.searches)
    yield "searches made before", _share(one for v in visits for one in v.again)
    yield "first product on goal", _share(v.opened[0] for v in visits if v.opened)
    yield "opened products on goal", _share(one for v in visits for one in v.opened)
    yield "visits that buy", _share(v.bought for v in visits)
    yield "mix of actions, Jensen-Shannon to the last column", f"{jensen_shannon(*counts):.3f}"


def _share(found: Iterable[bool]) -> str:
    """Per cent with a 95 % interval of Wilson, as if each were independent."""
    all_of_them = list(found)
    interval = wilson(sum(all_of_them), len(all_of_them))
    if interval is None:  # of nothing
        return "–"
    low, high = interval
    share = sum(all_of_them) / len(all_of_them)
    return f"{100 * share:.0f} % [{100 * low:.0f}, {100 * high:.0f}] of {len(all_of_them)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--reasonings", type=int, default=0)
    chosen = parser.parse_args()
    sessions = [[s for s in read_sessions(path) if s.intent] for path in chosen.folders]
    for path, some in zip(chosen.folders, sessions, strict=True):
        if not some:
            raise SystemExit(f"{path} holds no visit with an intent")
    pursuits = [[pursuit_of(session) for session in one] for one in sessions]
    last = Counter(kind for visit in pursuits[-1] for kind in visit.kinds)
    columns = [dict(rows(visits, last)) for visits in pursuits]
    table = Table("", *map(str, chosen.folders))
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    console = Console()
    console.print(table)
    for line in islice(_reasonings(sessions[0]), chosen.reasonings):
        console.print(line, markup=False, highlight=False)


def _reasonings(sessions: Sequence[Session]) -> Iterator[str]:
    """Of each visit its first, then of each its second, and so on."""
    for k in range(max(len(session.steps) for session in sessions)):
        for session in sessions:
            if k < len(session.steps):
                yield f"[{session.intent}] {session.steps[k].reasoning}"


if __name__ == "__main__":
    main()
