"""Two runs of the same customers, compared customer by customer.

Measures pairs of visits; which they are says `eval.ab.pairing`, the statistics are
`eval.stats.paired`, the words `eval.ab.conclusion`. Knows finished runs, not how they were carried
out.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agent.runs.ab import MIXED
from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import read_card
from agent.sessions.outcome import SessionOutcome
from eval.ab.measures import BEHAVIOUR, TESTS, TIME, WAITING, Kind
from eval.ab.page_time import own_clocks
from eval.ab.pairing import Pair, SideVisit, pairs_of, visits_of
from eval.reached import not_tested
from eval.stats.intervals import Interval
from eval.stats.paired import ALPHA, Difference, Paired, holm, needed
from eval.stats.tally import Tally, counts_by_session


class AbMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of both sides. `unit` is ``share``, ``number`` or ``log_seconds``: then `a` and `b`
    are geometric means in seconds, and `difference`, `ci95` and `detectable` factors less 1.

    `difference` is b minus a with its paired 95 % interval. `p` is the paired test's, two-sided;
    `p_adjusted` is corrected for all measures. `detectable`: the smallest difference that four of
    five such comparisons would find. `needed`: customers with which the difference seen here would
    be found as often. `verdict`: ``higher`` or ``lower`` on b, ``same`` for every customer, else
    ``unclear``.
    """

    name: str
    label: str
    unit: str
    a: float
    a_ci95: Interval | None
    b: float
    b_ci95: Interval | None
    difference: float
    ci95: Interval | None
    p: float
    p_adjusted: float
    detectable: float | None
    needed: int | None
    verdict: str


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """One customer on both sides; `numbers` are those of the visits in the sides' reports."""

    session_id: str
    who: str
    intent: str | None
    numbers: tuple[int, int]
    outcomes: tuple[str, str]
    kinds: tuple[tuple[str, ...], tuple[str, ...]]


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of all visits of each side, a then b, each visit under one outcome; `waiting` is
    seconds a visit waited for pages, on average over pairs."""

    failed: tuple[int, int]
    unfinished: tuple[int, int]
    stuck: tuple[int, int]
    limit: tuple[int, int]
    waiting: tuple[float, float]


class AbComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Side b against side a. `labels` are addresses or variants. `pairs` counts customers who
    finished on both sides: only they are compared. `bought` counts those who bought on both, on a
    only, on b only, on neither; `alike` those who took the very same steps. Customers with the
    same persona form a cluster. `lost` counts customers whose
    visit failed on a side. `untested` says what nobody reached on either side, '' if nothing.
    """

    labels: tuple[str, str]
    policy: str
    seed: int
    started_at: str
    arguments: dict[str, str]
    customers: int
    pairs: int
    clusters: int
    clustered_by: str
    measures: tuple[AbMeasure, ...]
    bought: tuple[int, int, int, int]
    alike: int
    sides: Sides
    lost: int = 0
    untested: str = ""
    warnings: tuple[str, ...] = ()
    differing: tuple[Pairing, ...] = ()

    @property
    def is_no_result(self) -> bool:
        """Whether more than half of the customers are lost, so that the rest say too little."""
        return 2 * self.lost > self.customers


def compare_runs(a: RunFolder, b: RunFolder) -> AbComparison:
    """Compare two runs, finished or not.

    Raises:
        EvalInputError: they did not have the same customers.
        FolderError: one of them is not a run's folder.
    """
    cards = read_card(a), read_card(b)
    everyone = visits_of(a), visits_of(b)
    pairs = pairs_of(*everyone)
    kinds = (*BEHAVIOUR, TIME if _own_clocks(pairs) else WAITING)
    timed = all(card.arguments.get(MIXED) for card in cards) and kinds[-1] is TIME
    a_and_b = _tally(pairs, 0, kinds), _tally(pairs, 1, kinds)
    paired = Paired(*a_and_b, TESTS) if pairs else None
    otherwise = [pair for pair in pairs if not _same_steps(pair)]
    return AbComparison(
        labels=_labels(cards),
        policy=cards[0].policy,
        seed=cards[0].seed,
        started_at=cards[0].started_at.strftime("%Y-%m-%d %H:%M"),
        arguments=_shared_arguments(cards),
        customers=cards[0].customers,
        pairs=len(pairs),
        clusters=paired.clusters if paired else 0,
        clustered_by=paired.clustered_by if paired else "session",
        measures=_measures(paired, kinds, len(pairs), timed=timed) if paired else (),
        bought=_bought(pairs),
        alike=len(pairs) - len(otherwise),
        sides=_sides(everyone, pairs),
        lost=_lost(everyone),
        untested=not_tested([seen.visit for pair in pairs for seen in pair], "on either side"),
        warnings=tuple(_warnings(cards, everyone, pairs, timed=timed)),
        differing=tuple(_pairing(pair) for pair in otherwise),
    )


def _own_clocks(pairs: Sequence[Pair]) -> bool:
    return own_clocks(seen.visit for pair in pairs for seen in pair)


def _tally(pairs: Sequence[Pair], side: int, kinds: Sequence[Kind]) -> Tally:
    return counts_by_session(
        (
            seen.visit.session_id,
            seen.user,
            {"pairs": 1.0, **{kind.name: kind.of(seen.visit) for kind in kinds}},
        )
        for seen in (pair[side] for pair in pairs)
    )


def _measures(
    paired: Paired, kinds: Sequence[Kind], pairs: int, *, timed: bool
) -> tuple[AbMeasure, ...]:
    found = [_difference(paired, kind) for kind in kinds]
    adjusted = holm([difference.p for difference in found])
    return tuple(
        AbMeasure(
            name=kind.name,
            label=kind.label,
            unit=kind.unit,
            a=one.a,
            a_ci95=one.a_ci95,
            b=one.b,
            b_ci95=one.b_ci95,
            difference=one.gap,
            ci95=one.ci95,
            p=one.p,
            p_adjusted=p,
            detectable=one.detectable,
            needed=needed(pairs, one.gap, one.detectable),
            verdict=_verdict(one, p, told=timed or kind.name != "time"),
        )
        for kind, one, p in zip(kinds, found, adjusted, strict=True)
    )


def _difference(paired: Paired, kind: Kind) -> Difference:
    if kind.unit == "log_seconds":
        return paired.factor(kind.name)
    return paired.difference(kind.name, share=kind.unit == "share")


def _verdict(one: Difference, p: float, *, told: bool) -> str:
    """`told`: whether the measure may be called different at all."""
    if told and p < ALPHA:
        return "higher" if one.gap > 0 else "lower"
    return "unclear" if one.differing else "same"


def _bought(pairs: Sequence[Pair]) -> tuple[int, int, int, int]:
    ends = [(a.visit.outcome.ordered, b.visit.outcome.ordered) for a, b in pairs]
    return (
        ends.count((True, True)),
        ends.count((True, False)),
        ends.count((False, True)),
        ends.count((False, False)),
    )


def _same_steps(pair: Pair) -> bool:
    """Whether a customer did and met the same on both sides."""
    a, b = (
        (seen.visit.outcome, [(step.description, step.ok) for step in seen.visit.steps])
        for seen in pair
    )
    return a == b


def _pairing(pair: Pair) -> Pairing:
    a, b = (seen.visit for seen in pair)
    return Pairing(
        session_id=a.session_id,
        who=a.persona.text if a.persona else pair[0].user,
        intent=a.intent,
        numbers=(a.number, b.number),
        outcomes=(a.outcome.word, b.outcome.word),
        kinds=(a.kinds, b.kinds),
    )


def _sides(
    everyone: tuple[dict[str, SideVisit], dict[str, SideVisit]], pairs: Sequence[Pair]
) -> Sides:
    def count(outcome: SessionOutcome) -> tuple[int, int]:
        a, b = (sum(s.visit.outcome is outcome for s in side.values()) for side in everyone)
        return a, b

    def waiting(side: int) -> float:
        steps = [step.settle_seconds for pair in pairs for step in pair[side].visit.steps]
        return sum(steps) / max(1, len(pairs))

    return Sides(
        failed=count(SessionOutcome.ERROR),
        unfinished=count(SessionOutcome.UNFINISHED),
        stuck=count(SessionOutcome.STUCK),
        limit=count(SessionOutcome.LIMIT),
        waiting=(waiting(0), waiting(1)),
    )


def _lost(everyone: tuple[dict[str, SideVisit], dict[str, SideVisit]]) -> int:
    failed = (
        {name for name, seen in side.items() if seen.visit.outcome is SessionOutcome.ERROR}
        for side in everyone
    )
    return len(set().union(*failed))


def _labels(cards: tuple[RunCard, RunCard]) -> tuple[str, str]:
    a, b = (str(c.arguments.get("variant")) if c.embedded_shop else c.url for c in cards)
    return a, b


def _shared_arguments(cards: tuple[RunCard, RunCard]) -> dict[str, str]:
    shown = ("max_steps", "concurrency", "device", "locale", "timezone")
    values = {name: cards[0].arguments.get(name) for name in shown}
    return {name: str(value) for name, value in values.items() if value is not None}


def _warnings(
    cards: tuple[RunCard, RunCard],
    everyone: tuple[dict[str, SideVisit], dict[str, SideVisit]],
    pairs: Sequence[Pair],
    *,
    timed: bool,
) -> list[str]:
    """What a reader must know before believing the numbers."""
    found = []
    if pairs and not timed:
        found.append(
            "the sides were sent by an earlier version, each in browsers of its own: how long "
            "pages took is shown and not called different"
        )
    missing = cards[0].customers - len(pairs)
    if missing:
        found.append(
            f"{missing} of {cards[0].customers} customers are left out: they have not finished "
            "their visit on both sides"
        )
    failed = [
        sum(s.visit.outcome is SessionOutcome.ERROR for s in side.values()) for side in everyone
    ]
    if failed[0] != failed[1]:
        found.append(
            f"visits failed more often on one side (a {failed[0]}, b {failed[1]}): who is left may "
            "differ from who was sent"
        )
    if cards[0].policy != cards[1].policy or cards[0].seed != cards[1].seed:
        found.append("the sides were run with different policies or seeds")
    return found
