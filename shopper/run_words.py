"""What came of a run, in a sentence, the same in the terminal and in continuous integration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.runs.folder import iter_finished
from agent.sessions.outcome import SessionOutcome, error_text, failed
from agent.sessions.session import Session
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


def spent(card: RunCard) -> str | None:
    """``$0.42, $0.14 a visit``, with the tokens; None where no price was told."""
    if card.dollars is msgspec.UNSET:
        return None
    totals, each = card.totals, card.dollars / max(1, card.totals.sessions)
    return (
        f"{formatting.dollars(card.dollars)} for {totals.prompt_tokens:,} tokens read "
        f"({totals.cached_tokens:,} of them from a cache) and {totals.generated_tokens:,} written, "
        f"{formatting.dollars(each)} a visit"
    )


def ends(totals: RunTotals) -> list[tuple[str, int]]:
    """The ways visits ended that there were, in words, with how many."""
    return [(said, n) for outcome, said in _ENDED.items() if (n := totals.ended(outcome))]


def site(url: str | None, variant: str = "default") -> str:
    """Where customers were sent: the address, or which embedded shop."""
    if url is not None:
        return url
    return "the embedded shop" if variant == "default" else f"the embedded shop, {variant}"


def no_result(folder: RunFolder) -> str:
    """One sentence for a run in which more than half of the visits failed."""
    return no_result_of(iter_finished(folder))


def no_result_of(sessions: Iterable[Session]) -> str:
    """The same of finished sessions: what most of those failed of that failed."""
    everyone, causes = 0, Counter[str]()
    for session in sessions:
        everyone += 1
        if failed(session):
            causes[error_text(session)] += 1
    cause, times = causes.most_common(1)[0]
    if everyone == 1:
        return f"the visit failed: {cause}"
    many = causes.total()
    if many == everyone:
        how = f"all {many:,} visits failed"
    else:
        how = (
            f"no result, as {many:,} of {formatting.count(everyone, 'visit')} failed and the "
            "others say too little of the site"
        )
    return f"{how}: {cause}" if times == many else f"{how}, {times:,} of them with this: {cause}"
