"""`shopper run` with two sides: runs both, compares them, says what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from agent.runs.ab import LABELS, PairRequest, run_pair, side_folders
from agent.runs.card import RunFolder
from agent.runs.runner import RunResult
from eval import formatting
from eval.ab.comparison import AbComparison
from eval.ab.conclusion import headline, summary
from eval.report.ab import report_comparison
from eval.report.terminal import print_ab
from shopper.ci.files import Teller
from shopper.ci.of_run import pair_account
from shopper.commands._live import seen_by_others
from shopper.commands._run_result import broken_off, judge, say_json, show_tracebacks
from shopper.console import plain_console
from shopper.fail_if import Condition, verdicts
from shopper.failure import Failure
from shopper.interrupt import until_interrupted
from shopper.run_progress import Progress

_err = plain_console(stderr=True)


def run_both(
    request: PairRequest,
    *,
    as_json: bool,
    title: str,
    tell: Teller,
    conditions: Sequence[Condition] = (),
) -> None:
    """Send the same customers to both sides, and report.

    Raises:
        Failure: stopped, or nobody could shop on one side; what was reached is kept and reported.
    """
    root, plan = request.root, request.configs[0]
    with Progress(_err, 2 * len(plan.customers), plan.limits.max_steps) as progress:
        results = asyncio.run(
            until_interrupted(
                seen_by_others(
                    root,
                    2 * len(plan.customers),
                    plan.limits.max_steps,
                    progress.watch,
                    lambda watch, follower: run_pair(request, watch, progress.begin, follower),
                ),
                lambda: tuple(RunResult.kept(f, stopped="stopped") for f in side_folders(root)),
            )
        )
    comparison = report_comparison(root)
    cards = tuple(result.card for result in results)
    judged = tuple(
        verdict
        for label, card in zip(LABELS, cards, strict=True)
        for verdict in verdicts(conditions, card.totals, f"side {label}")
    )
    report = RunFolder(root).report
    if as_json:
        say_json(comparison, judged)
    else:
        print_ab(plain_console(), comparison)
        click.echo(f"report: {report}")
    show_tracebacks(side_folders(root))
    failure = _failure(results, comparison, root)
    tell(
        pair_account(
            cards,
            judged,
            title=title,
            comparison=f"{headline(comparison)} {summary(comparison)}",
            report=report,
            broken=failure.message if failure else None,
        )
    )
    if failure is not None:
        raise failure
    judge(judged)


def _failure(results: Sequence[RunResult], comparison: AbComparison, root: Path) -> Failure | None:
    """Why there is nothing to compare; None where there is."""
    stopped = results[0].stopped
    if stopped is not None:
        return broken_off(stopped, results[0].card, f"shopper run --resume --out {root}")
    for label, failed in zip(LABELS, comparison.sides.failed, strict=True):
        if 2 * failed > comparison.customers:
            visits = formatting.count(comparison.customers, "visit")
            many = "every visit" if failed == comparison.customers else f"{failed} of {visits}"
            return Failure(
                f"no result, as {many} on side {label} failed: "
                f"{root / label / 'report.html'} says why",
                exit_code=1,
            )
    if comparison.is_no_result:
        everyone = formatting.count(comparison.customers, "customer")
        return Failure(
            f"no result, as {comparison.lost} of {everyone} had a visit that failed on one side or "
            f"the other: {root / 'report.html'}",
            exit_code=1,
        )
    return None
