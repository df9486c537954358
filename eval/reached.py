"""How far visits got, and what therefore was not tested. A stage holds those that come after it:
who buys at once has passed through all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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


@dataclass(frozen=True)
class Way:
    """How far `times` visits got: `kinds` are those of the steps that worked."""

    kinds: frozenset[str]
    ordered: bool
    arrived: bool = True
    times: int = 1


def reached(ways: Iterable[Way]) -> list[tuple[str, str, int]]:
    """The funnel of visits under way: label, kind and how many got at least so far."""
    counts = [0] * len(_STAGES)
    for way in ways:
        far = max((i for i in range(len(_STAGES)) if _got(way, i)), default=-1)
        for stage in range(far + 1):
            counts[stage] += way.times
    return [(label, kind, count) for (label, kind, _), count in zip(_STAGES, counts, strict=True)]


def _got(way: Way, stage: int) -> bool:
    return _holds(stage, arrived=way.arrived, kinds=way.kinds, ordered=way.ordered)


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
    return _holds(
        stage,
        arrived=bool(visit.steps),
        kinds={step.kind for step in visit.steps if step.ok},
        ordered=visit.outcome.ordered,
    )


def _holds(stage: int, *, arrived: bool, kinds: Collection[str], ordered: bool) -> bool:
    """Whether a visit that did all this reached a stage."""
    if stage == 0:
        return arrived
    if stage == len(_STAGES) - 1:
        return ordered
    return any(kind in kinds for kind in _STAGES[stage][2])
