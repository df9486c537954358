"""What a person does in a shop, over all their visits, as numbers: of logs, and of nothing else.

What they typed and saw is not in it; `agent.personas.shared_words` takes care of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.sessions.outcome import outcome_of
from agent.sessions.paper_actions import without_browsing
from agent.sessions.session import Session
from envs.actions import Typing

Floats = NDArray[np.float64]
HABITS = (
    "visits",
    "actions a visit",
    "searches a visit",
    "words a search",
    "searches again with other words",
    "products opened a visit",
    "filters and sorting a visit",
    "looks at options and reviews a visit",
    "uses the cart, of visits",
    "buys, of visits",
)
_COUNTED = {"product": "opened", "filter": "filtered", "option": "looked", "other": "looked"}


@dataclass
class Shopper:
    """One person's visits, counted as they pass by. `first_searches` and `products` are what was
    typed first and which products were opened, by visit."""

    who: str
    count: Counter[str] = field(default_factory=Counter)
    first_searches: list[str] = field(default_factory=list)
    products: set[str] = field(default_factory=set)

    def add(self, session: Session) -> None:
        """Take in one more visit."""
        session = without_browsing(session)
        kinds = Counter(_COUNTED.get(step.kind, step.kind) for step in session.steps)
        texts = [
            " ".join(step.action.text.split())
            for step in session.steps
            if step.kind == "search" and isinstance(step.action, Typing)
        ]
        bought = outcome_of(session).ordered
        self.count["visits"] += 1
        self.count["steps"] += len(session.steps)
        self.count["searches"] += len(texts)
        self.count["words"] += sum(len(text.split()) for text in texts)
        self.count["again"] += max(0, len(set(texts)) - 1)
        self.count["carted"] += bool(kinds["cart"]) or bought
        self.count["bought"] += bought
        for kind in ("opened", "filtered", "looked"):
            self.count[kind] += kinds[kind]
        self.first_searches += texts[:1]

    @property
    def habits(self) -> Floats:
        """In the order of `HABITS`."""
        n = self.count
        visits, searches = max(1, n["visits"]), max(1, n["searches"])
        return np.array(
            [
                n["visits"],
                n["steps"] / visits,
                n["searches"] / visits,
                n["words"] / searches,
                n["again"] / searches,
                n["opened"] / visits,
                n["filtered"] / visits,
                n["looked"] / visits,
                n["carted"] / visits,
                n["bought"] / visits,
            ]
        )


def shoppers_of(sessions: Iterable[Session]) -> list[Shopper]:
    """Everyone in a stream of visits, in the order they first come; a visit without a user stands
    for one person."""
    found: dict[str, Shopper] = {}
    for session in sessions:
        if session.steps:
            who = session.user_id or session.session_id
            found.setdefault(who, Shopper(who)).add(session)
    return list(found.values())
