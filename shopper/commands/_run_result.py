"""What `shopper run` says when it is over: the result, and whether it counts as a failure."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.runs.folder import finished_sessions, iter_finished
from agent.sessions.outcome import SessionOutcome, error_text, failed
from agent.sessions.session import FindingKind, Session
from eval import formatting
from shopper.console import plain_console
from shopper.fail_if import Condition, broken
from shopper.failure import Failure

_ENDED = {
    SessionOutcome.PURCHASE: "bought",
    SessionOutcome.HELD: "had the order held back",
    SessionOutcome.TERMINATE: "left",
    SessionOutcome.STUCK: "got stuck",
    SessionOutcome.LIMIT: "ran out of steps or time",
    SessionOutcome.ERROR: "failed",
}


def judge(totals: RunTotals, conditions: Sequence[Condition], what: str = "the run") -> None:
    """Fail when a condition of ``--fail-if`` holds."""
    if reasons := broken(conditions, totals):
        raise Failure(f"{what} fails by --fail-if {'; '.join(reasons)}", exit_code=1)


def broken_off(stopped: str, card: RunCard, again: str) -> Failure:
    """How a run that was stopped ends: what is kept, and what `again`, a command, goes on with."""
    under_way = (
        "those under way end where they are, since they may have placed an order"
        if card.orders_for_good
        else "those under way begin again"
    )
    return Failure(
        f"{stopped}; finished visits are kept: `{again}` with the same options goes on, and "
        f"{under_way}",
        exit_code=1,
    )


def show_tracebacks(folders: Iterable[RunFolder]) -> None:
    """With ``--debug``, the tracebacks with which visits ended, on standard error, each once."""
    if not getattr(click.get_current_context().find_root().obj, "debug", False):
        return
    first: dict[str, str] = {}
    for folder in folders:
        for session in iter_finished(folder):
            for finding in session.findings:
                if finding.kind == FindingKind.UNEXPECTED:
                    first.setdefault(finding.text, session.session_id)
    for text, who in first.items():
        click.echo(f"{who} ended with\n{text}", err=True)


def no_result(folder: RunFolder) -> str:
    """One sentence for a run in which more than half of the visits failed."""
    return no_result_of(finished_sessions(folder).values())


def no_result_of(sessions: Iterable[Session]) -> str:
    """The same of finished sessions: what most of those failed of that failed."""
    everyone = list(sessions)
    causes = Counter(error_text(session) for session in everyone if failed(session))
    cause, times = causes.most_common(1)[0]
    if len(everyone) == 1:
        return f"the visit failed: {cause}"
    many = causes.total()
    if many == len(everyone):
        told = f"all {many:,} visits failed"
    else:
        told = (
            f"no result, as {many:,} of {formatting.count(len(everyone), 'visit')} failed and the "
            "others say too little of the site"
        )
    return f"{told}: {cause}" if times == many else f"{told}, {times:,} of them with this: {cause}"


def say_result(card: RunCard, report: Path | str, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(card).decode() + "\n")
        return
    n = card.totals
    out = plain_console()
    ended = ", ".join(f"{n.ended(one):,} {said}" for one, said in _ENDED.items() if n.ended(one))
    out.print(
        f"{formatting.count(n.sessions, 'visit')}, {formatting.count(n.steps, 'step')} in "
        f"{formatting.elapsed(n.seconds)}: {ended or 'nobody finished a visit'}"
    )
    for host, count in sorted(card.refused.items(), key=lambda item: -item[1])[:3]:
        requests = formatting.count(count, "request")
        out.print(f"{requests} to {host} refused (add --allow {host} if the shop needs it)")
    out.print(f"report: {report}", soft_wrap=True)
