"""The same thing compared with itself: how often the comparisons say that there is a difference.

    python -m bench.aa [--comparisons 200] [--customers 24] [--browser 40]

Synthetic shoppers in the rehearsed shop, so that chance is theirs and the answer is known: there is
no difference. Both sides have the same customers, who come for the same and decide afresh. Each row
is one kind of comparison and one measure: how often it was called different, and the 95 % interval
of that share. It should be 5 % or less. Then the same with a planted difference of the size that a
comparison says it would find four times in five, which should be found about as often.

How long pages took is not rehearsed: `--browser` compares the embedded shop with itself in browsers
so many times, twelve customers a side, and with one whose product pages take three seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from random import Random

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from agent.sessions.outcome import SessionOutcome, outcome_of
from agent.sessions.session import Session, Step
from agent.shoppers import History, decide, read_goal, sample
from agent.shoppers.rehearsal import Rehearsal, RehearsalShop
from agent.shoppers.user import PlannedVisit, population, visits_of
from bench import aa_browser
from bench.aa_studies import called_different
from envs.actions import Action
from eval.behaviour import population as populated
from eval.behaviour import side_by_side
from eval.benchmark.comparison import ComparedPolicy, compare
from eval.benchmark.predictions import Prediction
from eval.stats.intervals import wilson
from eval.stats.paired import ALPHA, Difference, Paired, holm
from eval.stats.tally import Tally, counts_by_session

Side = dict[tuple[str, str], dict[str, float]]
"""What was measured of each visit, by session and user."""
MOST = 40
START = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = {"bought": True, "left": True, "steps": False, "searches": False}
"""The measures of two runs that are rehearsed, and which of them are shares."""
TESTS = 5
"""As many measures as a comparison of runs corrects for."""


@dataclass(frozen=True)
class Rehearsed:
    """A visit, and for each of its steps two more draws of what the shopper might have done."""

    session: Session
    guesses: tuple[tuple[Action, Action], ...]


def rehearse(shop: RehearsalShop, visit: PlannedVisit, seed: object) -> Rehearsed:
    want, history, place = read_goal(visit.intent), History(), Rehearsal(shop)
    steps, guesses, end = [], [], "limit"
    for number in range(MOST):
        choices = decide(visit.user, want, history, place.page)
        chance = Random(f"{seed}/{visit.id}/{number}")
        taken = sample(choices, chance)
        guesses.append((sample(choices, chance).action, sample(choices, chance).action))
        kind = place.act(taken.action)
        history = history.after(taken.action, kind)
        steps.append(
            Step(index=number, timestamp=START, url="", context="", action=taken.action, kind=kind)
        )
        if kind == "leave" or place.bought:
            end = "purchase" if place.bought else "terminate"
            break
    session = Session(
        session_id=visit.id,
        user_id=visit.user.id,
        started_at=START,
        site="rehearsed",
        source="synthetic",
        intent=visit.intent,
        steps=tuple(steps),
        end=end,
    )
    return Rehearsed(session, tuple(guesses))


def visits(number: int, customers: int) -> list[PlannedVisit]:
    """The first visits of customers of the `number`th comparison."""
    return [visits_of(user)[0] for user in islice(population(number), customers)]


def runs(shop: RehearsalShop, number: int, customers: int) -> dict[str, bool]:
    """Two runs of the same customers."""
    a, b = (_values_of(side) for side in _sides(shop, number, customers))
    found = _differences(a, b)
    return dict(zip(SHARES, (p < ALPHA for p in _corrected(found)), strict=True))


def behaviours(shop: RehearsalShop, number: int, customers: int) -> dict[str, bool]:
    """A run beside a data set of other customers: an interval of the difference without 0."""
    one, other = (
        populated(rehearse(shop, visit, 0).session for visit in visits(seed, customers))
        for seed in (number, 100_000 + number)
    )
    found = side_by_side(one, other, ("run", "data"))
    told = {m.label: m.difference_ci95 for m in found.measures}
    return {label: ci is not None and not ci[0] <= 0 <= ci[1] for label, ci in told.items()}


def benchmarks(shop: RehearsalShop, number: int, customers: int) -> dict[str, bool]:
    """Two policies that guess alike, on the same logged visits."""
    logged = [rehearse(shop, visit, 0) for visit in visits(number, customers)]
    found = compare(*(_policy(logged, side) for side in (0, 1)))
    told = {d.label: d.ci95 for d in found.differences if d.label in METRICS}
    called = {label: ci is not None and not ci[0] <= 0 <= ci[1] for label, ci in told.items()}
    return called | {found.tests[0].label: found.tests[0].p < ALPHA}


def studies(shop: RehearsalShop, number: int, customers: int) -> dict[str, bool]:
    """Two studies of other customers in the same shop, before and after nothing."""
    before, after = (
        [rehearse(shop, visit, 0).session for visit in visits(seed, customers)]
        for seed in (number, 100_000 + number)
    )
    return called_different(before, after)


CORRECTED = "two runs"
"""The comparison that corrects for its number of measures; the others tell of each alone."""
METRICS = ("exact match, session macro", "exact match, micro", "outcome accuracy")
KINDS: dict[str, Callable[[RehearsalShop, int, int], dict[str, bool]]] = {
    CORRECTED: runs,
    "a run and a data set": behaviours,
    "two benchmarks": benchmarks,
    "studies before and after": studies,
}


def planted(shop: RehearsalShop, number: int, customers: int, measure: str) -> bool | None:
    """Whether two runs of which B differs in `measure`, by what the comparison of the two as they
    were says it would find, are called different; None where that is more than there is room for."""
    a, b = (_values_of(side) for side in _sides(shop, number, customers))
    place = list(SHARES).index(measure)
    size = _differences(a, b)[place].detectable
    mean = float(np.mean([values[measure] for values in b.values()]))
    if size is None or (SHARES[measure] and size > max(mean, 1 - mean)):
        return None
    changed = _changed(b, measure, size, mean, Random(number))
    return _differences(a, changed)[place].p < ALPHA / TESTS


def _changed(side: Side, measure: str, size: float, mean: float, chance: Random) -> Side:
    """The side with a mean that is higher by `size`, or lower for a share that most have."""
    if not SHARES[measure]:
        return {key: one | {measure: one[measure] + size} for key, one in side.items()}
    into, room = (1.0, 1 - mean) if mean < 0.5 else (0.0, mean)
    return {
        key: one | {measure: into} if chance.random() < size / room else one
        for key, one in side.items()
    }


def _sides(shop: RehearsalShop, number: int, customers: int) -> tuple[list[Session], list[Session]]:
    everyone = visits(number, customers)
    a, b = ([rehearse(shop, visit, side).session for visit in everyone] for side in "ab")
    return a, b


def _differences(a: Side, b: Side) -> list[Difference]:
    paired = Paired(_tally(a), _tally(b), TESTS)
    return [paired.difference(name, share=share) for name, share in SHARES.items()]


def _tally(side: Side) -> Tally:
    return counts_by_session((session, user, values) for (session, user), values in side.items())


def _values_of(sessions: list[Session]) -> Side:
    return {(one.session_id, one.user_id): _values(one) for one in sessions}


def _values(session: Session) -> dict[str, float]:
    ended = outcome_of(session)
    return {
        "pairs": 1.0,
        "bought": float(ended is SessionOutcome.PURCHASE),
        "left": float(ended is SessionOutcome.TERMINATE),
        "steps": float(len(session.steps)),
        "searches": float(sum(step.kind == "search" for step in session.steps)),
    }


def _corrected(found: list[Difference]) -> list[float]:
    """As a comparison of runs does it, whose fifth measure is the time: here it never differs."""
    return holm([*(difference.p for difference in found), 1.0])[: len(found)]


def _policy(logged: list[Rehearsed], side: int) -> ComparedPolicy:
    return ComparedPolicy(
        label="AB"[side], data="rehearsed", settings={}, rows=list(_predictions(logged, side))
    )


def _predictions(logged: list[Rehearsed], side: int) -> Iterator[Prediction]:
    for visit in logged:
        for number, (step, guess) in enumerate(
            zip(visit.session.steps, visit.guesses, strict=True)
        ):
            guessed = guess[side]
            yield Prediction(
                session_id=visit.session.session_id,
                user_id=visit.session.user_id,
                step=number,
                last=number == len(visit.session.steps) - 1,
                truth=step.action,
                truth_kind=step.kind,
                prediction=guessed,
                prediction_kind=step.kind if guessed == step.action else "leave",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--customers", type=int, default=24)
    parser.add_argument("--browser", type=int, default=0)
    options = parser.parse_args()
    if options.browser:
        return in_browsers(options.browser)
    shop, out = RehearsalShop(), Console()
    size, numbers = options.customers, range(1, options.comparisons + 1)
    table = _table(f"{options.comparisons} comparisons of {size} customers with themselves")
    for kind, compared in KINDS.items():
        told = [compared(shop, number, size) for number in track(numbers, kind, console=out)]
        for measure in dict.fromkeys(name for one in told for name in one):
            _row(table, kind, measure, [one[measure] for one in told if measure in one])
        if kind == CORRECTED:
            _row(table, kind, "any of them", [any(one.values()) for one in told])
    for measure in SHARES:
        tried = [planted(shop, n, size, measure) for n in track(numbers, measure, console=out)]
        _row(table, "a planted difference", measure, [one for one in tried if one is not None])
    out.print(table)


IN_BROWSERS = 12
"""Customers a side: every comparison starts shops and browsers anew, as a user's does."""
SLOW = 5
"""Comparisons with the slower shop."""


def in_browsers(comparisons: int) -> None:
    """The embedded shop with itself in browsers, then with one whose product pages are slow."""
    out, table = Console(), _table(f"{IN_BROWSERS} customers a side, in browsers")
    for name, times, other in (
        ("the shop with itself", comparisons, "default"),
        ("with slow product pages", min(SLOW, comparisons), "slow-product"),
    ):
        numbers = track(range(1, times + 1), name, console=out)
        told = [aa_browser.called_different(n, IN_BROWSERS, ("default", other)) for n in numbers]
        for measure in told[0]:
            _row(table, name, measure, [one[measure] for one in told])
    out.print(table)


def _table(title: str) -> Table:
    table = Table(title=title)
    for column in ("comparison", "measure", "called different", "of", "95 % from", "to"):
        table.add_column(column)
    return table


def _row(table: Table, kind: str, measure: str, called: list[bool]) -> None:
    low, high = wilson(sum(called), len(called)) or (0.0, 1.0)
    share = f"{np.mean(called):.1%}"
    table.add_row(kind, measure, share, str(len(called)), f"{low:.1%}", f"{high:.1%}")


if __name__ == "__main__":
    main()
