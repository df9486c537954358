"""What `shopper run` says when it is over: the result, and whether it counts as a failure."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec

from agent.runs.card import RunCard, RunFolder
from agent.runs.folder import iter_finished
from agent.sessions.session import FindingKind
from eval import formatting
from shopper.console import plain_console
from shopper.fail_if import Verdict, reasons
from shopper.failure import Failure
from shopper.run_words import spent, told


def judge(verdicts: Sequence[Verdict]) -> None:
    """Fail when a condition of ``--fail-if`` holds."""
    told = []
    for about in dict.fromkeys(verdict.about for verdict in verdicts):
        if found := reasons(verdict for verdict in verdicts if verdict.about == about):
            told.append(f"{about or 'the run'} fails by --fail-if {'; '.join(found)}")
    if told:
        raise Failure("; ".join(told), exit_code=1)


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


def say_result(
    card: RunCard, report: Path | str, as_json: bool, verdicts: Sequence[Verdict] = ()
) -> None:
    if as_json:
        return say_json(card, verdicts)
    out = plain_console()
    out.print(told(card.totals))
    if cost := spent(card):
        out.print(cost)
    for host, count in sorted(card.refused.items(), key=lambda item: -item[1])[:3]:
        requests = formatting.count(count, "request")
        out.print(f"{requests} to {host} refused (add --allow {host} if the shop needs it)")
    out.print(f"report: {report}", soft_wrap=True)


def say_json(
    result: msgspec.Struct, verdicts: Sequence[Verdict], *, indented: bool = False
) -> None:
    """A result as JSON, on one line unless `indented`, with ``verdicts`` of what came of each
    ``--fail-if``."""
    text = msgspec.json.encode(msgspec.to_builtins(result) | {"verdicts": verdicts})
    sys.stdout.write((msgspec.json.format(text) if indented else text).decode() + "\n")
