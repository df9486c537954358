"""`shopper run` with one side: runs it, reports it, says what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from agent.runs.runner import RunRequest, RunResult
from agent.runs.runner import run as run_customers
from eval.report.run.page import write_report
from shopper.ci.files import Teller
from shopper.ci.of_run import run_account
from shopper.commands._live import seen_by_others
from shopper.commands._run_result import (
    broken_off,
    judge,
    say_result,
    show_tracebacks,
)
from shopper.console import plain_console
from shopper.fail_if import Condition, verdicts
from shopper.failure import Failure
from shopper.interrupt import until_interrupted
from shopper.run_progress import Progress
from shopper.run_words import no_result

_err = plain_console(stderr=True)


def run_one(
    request: RunRequest,
    *,
    as_json: bool,
    title: str,
    tell: Teller,
    conditions: Sequence[Condition] = (),
) -> None:
    """Send customers to the site, and report.

    Raises:
        Failure: stopped, or most visits failed, or a condition holds; what was reached is kept.
    """
    config, folder = request.config, request.folder
    with Progress(_err, len(config.customers), config.limits.max_steps) as progress:
        result = asyncio.run(
            until_interrupted(
                seen_by_others(
                    folder.root,
                    len(config.customers),
                    config.limits.max_steps,
                    progress.watch,
                    lambda watch, follower: run_customers(request, watch, progress.begin, follower),
                ),
                lambda: RunResult.kept(folder, stopped="stopped"),
            )
        )
    report = write_report(folder)
    card = result.card
    judged = verdicts(conditions, card.totals)
    say_result(card, report, as_json, judged)
    show_tracebacks([folder])
    failure = _failure(result)
    broken = failure.message if failure else None
    tell(run_account(card, judged, title=title, report=report, broken=broken))
    if failure is not None:
        raise failure
    judge(judged)


def _failure(result: RunResult) -> Failure | None:
    """Why the run is no result or not over; None where it is neither."""
    if result.stopped is not None:
        again = f"shopper run --resume --out {result.folder.root}"
        return broken_off(result.stopped, result.card, again)
    if result.card.totals.is_no_result:
        return Failure(no_result(result.folder), exit_code=1)
    return None
