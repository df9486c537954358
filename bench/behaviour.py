"""The mix and order of a run's actions beside those of real people on a real site.

    python bench/behaviour.py RUN_OR_DATA

Needs `opera/human_behaviour.json` (aggregates of 15 OPeRA participants, 196 sessions) in the folder
that SHOPPER_DATA names. What it can show: whether the run's kinds of action and their order are of
the same make. What it cannot: realism on this shop, since those people were on Amazon, with their
own wishes, and their kinds of click are only roughly ours; no interval either, since the
aggregates hold no sessions.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.sessions.dataset import read_sessions
from agent.shoppers.parameters import CLICKS
from eval.stats.bootstrap import jensen_shannon

DATA = Path(os.environ.get("SHOPPER_DATA", Path(__file__).parents[2] / "shared" / "data"))
PEOPLE = DATA / "opera" / "human_behaviour.json"
KINDS = {
    "input": "search",
    "click:search": "search",
    "click:suggested_term": "search",
    "click:product_link": "product",
    "click:product_option": "option",
    "click:quantity": "option",
    "click:filter": "filter",
    "click:purchase": "buy or cart",
    "click:cart_side_bar": "buy or cart",
    "click:cart_page_select": "buy or cart",
    "click:nav_bar": "navigation",
    "click:page_related": "navigation",
    "click:review": "other",
    "click:other": "other",
    "<start>": "<start>",
    "<end>": "<end>",
}
"""OPeRA's kinds of action as ours. Typing and submitting are one action here and two there, so
searches count double on their side; buying and the cart cannot be told apart there."""
OURS = {"cart": "buy or cart", "buy": "buy or cart", "leave": "<end>"}

Pairs = Counter[tuple[str, str]]


def people() -> tuple[Pairs, Mapping[str, object]]:
    """How often one kind followed another, and the file."""
    known = json.loads(PEOPLE.read_text())
    pairs: Pairs = Counter()
    for before, after in known["transitions"].items():
        for then, times in after.items():
            if before == "input" and then in ("click:search", "click:suggested_term"):
                continue
            pairs[KINDS[before], KINDS[then]] += times
    return pairs, known


def customers(path: Path) -> tuple[Pairs, int]:
    pairs: Pairs = Counter()
    sessions = 0
    for session in read_sessions(path):
        kinds = [OURS.get(step.kind, step.kind) for step in session.steps if step.kind != "leave"]
        pairs.update(zip(["<start>", *kinds], [*kinds, "<end>"], strict=True))
        sessions += 1
    return pairs, sessions


def shares(pairs: Pairs) -> Counter[str]:
    """How often each kind was done."""
    found: Counter[str] = Counter()
    for (_, after), times in pairs.items():
        if after != "<end>":
            found[after] += times
    return found


def for_each(pairs: Pairs, kind: str, thing: str) -> float:
    """How often something was done for each `thing`; what is done in a row counts once."""
    begun = sum(n for (before, after), n in pairs.items() if after == kind != before)
    return begun / max(1, shares(pairs)[thing])


def distance(one: Counter, other: Counter) -> float:  # type: ignore[type-arg]
    keys = sorted({*one, *other})
    counts = [np.array([side[key] for key in keys], dtype=float) for side in (one, other)]
    return float(jensen_shannon(*counts))


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python bench/behaviour.py RUN_OR_DATA")
    if not PEOPLE.exists():
        raise SystemExit(f"skipped: there is no {PEOPLE}; SHOPPER_DATA names the folder it is in")
    theirs, known = people()
    ours, sessions = customers(Path(sys.argv[1]))
    table = Table(
        title=f"{sys.argv[1]} ({sessions} sessions) beside {known['sessions']} of people",
        title_justify="left",
        box=None,
    )
    for column in ("kind, %", "run", "people"):
        table.add_column(column, justify="right" if column != "kind, %" else "left")
    mine, yours = shares(ours), shares(theirs)
    for kind in sorted({*mine, *yours}, key=lambda k: -yours[k]):
        table.add_row(
            kind, *(f"{100 * side[kind] / max(1, side.total()):.1f}" for side in (mine, yours))
        )
    console = Console()
    console.print(table)
    each = {
        "options chosen, for each product": (
            for_each(ours, "option", "product"),
            CLICKS.options_per_product,
        ),
        "reviews read (here: what is of no other kind), for each product": (
            for_each(ours, "other", "product"),
            CLICKS.reviews_per_product,
        ),
        "filters, for each search": (
            mine["filter"] / max(1, mine["search"]),
            CLICKS.filters_per_search,
        ),
    }
    for what, (here, there) in each.items():
        console.print(f"{what}: {here:.2f}, people {there:.2f}")
    console.print(
        f"Jensen-Shannon distance of the mix {distance(mine, yours):.3f}, "
        f"of pairs in order {distance(ours, theirs):.3f} (0 the same, 1 nothing shared)"
    )


if __name__ == "__main__":
    main()
