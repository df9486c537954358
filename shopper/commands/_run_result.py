"""What `shopper run` says when it is over: the result, and whether it counts as a failure."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.runs.folder import finished_sessions
from agent.sessions.outcome import SessionOutcome, error_text
from eval import formatting
from shopper.console import plain_console
from shopper.fail_if import Condition, broken
from shopper.failure import Failure

_ENDED = {
    SessionOutcome.PURCHASE: "bought",
    SessionOutcome.TERMINATE: "left",
    SessionOutcome.STUCK: "got stuck",
    SessionOutcome.LIMIT: "ran out of steps or time",
    SessionOutcome.ERROR: "failed",
}


def judge(totals: RunTotals, conditions: Sequence[Condition], what: str = "the run") -> None:
    """Fail when a condition of ``--fail-if`` holds."""
    if reasons := broken(conditions, totals):
        raise Failure(f"{what} fails by --fail-if {'; '.join(reasons)}", exit_code=1)


def common_cause(folder: RunFolder) -> str:
    """One sentence for a run in which every visit failed."""
    causes = Counter(map(error_text, finished_sessions(folder).values()))
    cause, times = causes.most_common(1)[0]
    everyone = "the visit" if times == 1 else f"all {causes.total()} visits"
    return f"{everyone} failed: {cause}"


def say_result(card: RunCard, report: Path | str, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(card).decode() + "\n")
        return
    n = card.totals
    out = plain_console()
    ended = ", ".join(f"{n.ended(one)} {said}" for one, said in _ENDED.items() if n.ended(one))
    out.print(
        f"{formatting.count(n.sessions, 'visit')}, {formatting.count(n.steps, 'step')} in "
        f"{n.seconds:.0f} s: {ended or 'nobody finished'}"
    )
    for host, count in sorted(card.refused.items(), key=lambda item: -item[1])[:3]:
        out.print(f"refused {count} requests to {host} (add --allow {host} if the shop needs it)")
    out.print(f"report: {report}", soft_wrap=True)
