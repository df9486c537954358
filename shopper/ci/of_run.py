"""The account of a run, and of two runs that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agent.runs.ab import LABELS
from agent.runs.card import RunCard
from eval import formatting
from shopper import run_words
from shopper.ci.account import RUN, Account, Case, Table, condition_cases, condition_tables
from shopper.fail_if import Verdict


def run_account(
    card: RunCard,
    verdicts: Sequence[Verdict],
    *,
    title: str,
    report: Path | str,
    broken: str | None = None,
) -> Account:
    """`broken` is why the run is no result or not over, None where it is neither."""
    return Account(
        command=RUN,
        title=title,
        headline=_sentence(run_words.told(card.totals)),
        cases=(visits_case(card, broken), *condition_cases(verdicts)),
        tables=(*condition_tables(verdicts), _outcomes(card)),
        notes=card.notes,
        report=str(report),
        started_at=card.started_at,
        seconds=card.totals.seconds,
    )


def pair_account(
    cards: tuple[RunCard, ...],
    verdicts: Sequence[Verdict],
    *,
    title: str,
    comparison: str,
    report: Path | str,
    broken: str | None = None,
) -> Account:
    """Of two sides; `comparison` is what comparing them comes to, in sentences."""
    sides = [
        f"{label}: {run_words.told(card.totals)}" for label, card in zip(LABELS, cards, strict=True)
    ]
    notes = (
        f"{label}: {note}" for label, card in zip(LABELS, cards, strict=True) for note in card.notes
    )
    return Account(
        command=RUN,
        title=title,
        headline=comparison,
        cases=(
            Case(
                name="comparison",
                status="error" if broken else "passed",
                said=broken or "\n".join((comparison, *sides)),
                seconds=max(card.totals.seconds for card in cards),
            ),
            *condition_cases(verdicts),
        ),
        tables=(*condition_tables(verdicts), _both(cards)),
        notes=tuple(notes),
        report=str(report),
        started_at=min(card.started_at for card in cards),
        seconds=max(card.totals.seconds for card in cards),
    )


def visits_case(card: RunCard, broken: str | None) -> Case:
    """Whether customers could shop at all."""
    return Case(
        name="visits",
        status="error" if broken else "passed",
        said=broken or run_words.told(card.totals),
        seconds=card.totals.seconds,
    )


def _outcomes(card: RunCard) -> Table:
    rows = tuple(
        (said, f"{number:,}", formatting.percent(number / card.totals.sessions))
        for said, number in run_words.ends(card.totals)
    )
    return Table(heading="Visits", columns=("", "visits", "share"), rows=rows)


def _both(cards: tuple[RunCard, ...]) -> Table:
    counts = [dict(run_words.ends(card.totals)) for card in cards]
    words = dict.fromkeys(said for side in counts for said in side)
    rows = tuple((said, *(f"{side.get(said, 0):,}" for side in counts)) for said in words)
    return Table(heading="Visits", columns=("", *LABELS), rows=rows)


def _sentence(text: str) -> str:
    return f"{text}."
