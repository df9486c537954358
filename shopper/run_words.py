"""What came of a run, in a sentence, the same in the terminal and in continuous integration."""

from __future__ import annotations

from agent.runs.card import RunTotals
from agent.sessions.outcome import SessionOutcome
from eval import formatting

_ENDED = {
    SessionOutcome.PURCHASE: "bought",
    SessionOutcome.HELD: "had the order held back",
    SessionOutcome.TERMINATE: "left",
    SessionOutcome.STUCK: "got stuck",
    SessionOutcome.LIMIT: "ran out of steps or time",
    SessionOutcome.ERROR: "failed",
}


def told(totals: RunTotals) -> str:
    """``24 visits, 180 steps in 2 min 3 s: 3 bought, 21 left``."""
    ended = ", ".join(f"{number:,} {said}" for said, number in ends(totals))
    return (
        f"{formatting.count(totals.sessions, 'visit')}, {formatting.count(totals.steps, 'step')} "
        f"in {formatting.elapsed(totals.seconds)}: {ended or 'nobody finished a visit'}"
    )


def ends(totals: RunTotals) -> list[tuple[str, int]]:
    """The ways visits ended that there were, in words, with how many."""
    return [(said, n) for outcome, said in _ENDED.items() if (n := totals.ended(outcome))]


def site(url: str | None, variant: str = "default") -> str:
    """Where customers were sent: the address, or which embedded shop."""
    if url is not None:
        return url
    return "the embedded shop" if variant == "default" else f"the embedded shop, {variant}"
