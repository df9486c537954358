"""How far visits got, and what therefore was not tested. A stage holds those that come after it:
who buys at once has passed through all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.visits import Visit


@dataclass(frozen=True)
class Stage:
    """How many visits reached a stage, and for how many it was the last. `kind` is that of the
    step that leads there. `skipped`: so many of those who reached it did so by a later stage."""

    label: str
    kind: str
    reached: int
    ended: int
    skipped: int = 0


_STAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Arrived", "", ()),
    ("Searched or browsed", "search", ("search", "filter", "navigation")),
    ("Saw a product", "product", ("product",)),
    ("Used the cart", "cart", ("cart",)),
    ("Ordered", "buy", ()),
)
_UNTESTED = {
    0: ("saw a page of the shop", "nothing was tested"),
    1: ("searched or browsed", "lists, products, cart and checkout were not tested"),
    2: ("opened a product", "products, cart and checkout were not tested"),
    3: ("used the cart", "cart and checkout were not tested"),
    4: ("ordered", "whether an order goes through was not tested"),
}


def stages(visits: Sequence[Visit]) -> list[Stage]:
    """The funnel, widest first. Those that ended at each stage add up to all visits that arrived: a
    visit without a step never saw a page."""
    furthest = [_furthest(visit) for visit in visits]
    return [
        Stage(
            label=label,
            kind=kind,
            reached=sum(far >= i for far in furthest),
            ended=furthest.count(i),
            skipped=sum(
                far > i and not _did(visit, i) for visit, far in zip(visits, furthest, strict=True)
            ),
        )
        for i, (label, kind, _) in enumerate(_STAGES)
    ]


def not_tested(visits: Sequence[Visit], where: str = "") -> str:
    """What nobody reached, as a sentence; '' where somebody ordered, and of no visits. `where`:
    ``on either side``."""
    furthest = max((_furthest(visit) for visit in visits), default=len(_STAGES) - 1)
    if furthest == len(_STAGES) - 1:
        return ""
    missed, so = _UNTESTED[furthest + 1]
    return f"Nobody {missed}{' ' + where if where else ''}: {so}."


def _furthest(visit: Visit) -> int:
    """The last stage that a visit reached, -1 for none."""
    return max((i for i in range(len(_STAGES)) if _did(visit, i)), default=-1)


def _did(visit: Visit, stage: int) -> bool:
    if stage == 0:
        return bool(visit.steps)
    if stage == len(_STAGES) - 1:
        return visit.outcome.ordered
    kinds = _STAGES[stage][2]
    return any(step.ok and step.kind in kinds for step in visit.steps)
