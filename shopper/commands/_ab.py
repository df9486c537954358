"""`shopper run` with two sides: runs both, compares them, says what came of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

import click
import msgspec

from agent.runs.ab import LABELS, PairRequest, run_pair, side_folders
from agent.runs.card import RunFolder
from agent.runs.runner import RunResult
from eval import formatting
from eval.report.ab import report_comparison
from eval.report.terminal import print_ab
from shopper.commands._run_result import broken_off, judge, show_tracebacks
from shopper.console import plain_console
from shopper.fail_if import Condition
from shopper.failure import Failure
from shopper.interrupt import until_interrupted
from shopper.run_progress import Progress

_err = plain_console(stderr=True)


def run_both(request: PairRequest, *, as_json: bool, conditions: Sequence[Condition] = ()) -> None:
    """Send the same customers to both sides, and report.

    Raises:
        Failure: stopped, or nobody could shop on one side; what was reached is kept and reported.
    """
    root, plan = request.root, request.configs[0]
    with Progress(_err, 2 * len(plan.customers), plan.limits.max_steps) as progress:
        results = asyncio.run(
            until_interrupted(
                run_pair(request, progress.watch, progress.begin),
                lambda: tuple(RunResult.kept(f, stopped="stopped") for f in side_folders(root)),
            )
        )
    stopped = results[0].stopped
    comparison = report_comparison(root)
    if as_json:
        sys.stdout.write(msgspec.json.encode(comparison).decode() + "\n")
    else:
        print_ab(plain_console(), comparison)
        click.echo(f"report: {RunFolder(root).report}")
    show_tracebacks(side_folders(root))
    if stopped is not None:
        raise broken_off(stopped, results[0].card, f"shopper run --resume --out {root}")
    for label, failed in zip(LABELS, comparison.sides.failed, strict=True):
        if 2 * failed > comparison.customers:
            visits = formatting.count(comparison.customers, "visit")
            many = "every visit" if failed == comparison.customers else f"{failed} of {visits}"
            raise Failure(
                f"no result, as {many} on side {label} failed: "
                f"{root / label / 'report.html'} says why",
                exit_code=1,
            )
    for label, result in zip(LABELS, results, strict=True):
        judge(result.card.totals, conditions, f"side {label}")
