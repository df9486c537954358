"""Small visits to hold against each other."""

from __future__ import annotations

import random

from eval.fidelity.trails import Ended, Trail


def trail(
    name: str,
    *kinds: str,
    who: str | None = None,
    intent: str | None = None,
    queries: tuple[str, ...] = (),
    ended: Ended | None = None,
) -> Trail:
    """A visit of a user of its own unless `who` says otherwise; its end follows from the last."""
    by_last: dict[str, Ended] = {"buy": "bought", "leave": "left"}
    return Trail(
        session_id=name,
        who=who or name,
        user=who or name,
        intent=intent,
        kinds=kinds,
        queries=queries,
        ended=ended or by_last.get(kinds[-1], "other"),
    )


def crowd(
    name: str, size: int, seed: int, *, visits: int = 1, stay: float = 0.75, search: float = 0.4
) -> list[Trail]:
    """Visits that go on with probability `stay` and buy one time in seven when they end."""
    rng = random.Random(f"{name}/{seed}")
    found = []
    for user in range(size):
        for visit in range(visits):
            kinds = ["search"]
            while rng.random() < stay:
                kinds.append(
                    "search" if rng.random() < search else rng.choice(["product", "option"])
                )
            kinds.append("buy" if rng.random() < 1 / 7 else "leave")
            found.append(trail(f"{name}{user}-{visit}", *kinds, who=f"{name}{user}"))
    return found
