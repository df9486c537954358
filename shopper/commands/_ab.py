"""`shopper run` with two sides: runs both, compares them, says what came of it.

Where the two meet: the run is `agent.runs.ab`, the statistics are `eval.ab.comparison`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from agent.atomic_write import write_json
from agent.policies.budget import Budget
from agent.runs.ab import LABELS, Pair, Side, side_folders
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig
from agent.runs.folder import going_on, read_card
from eval.ab.comparison import AbComparison, compare_runs
from eval.report.ab import write_ab_report
from eval.report.run.page import write_report
from eval.report.terminal import print_ab
from shopper.commands._run_result import claim_folder, judge, load_policy, lock_folder, why_stopped
from shopper.console import plain_console
from shopper.fail_if import Condition
from shopper.failure import Failure
from shopper.run_progress import Progress

_err = plain_console(stderr=True)


def run_both(
    root: Path,
    plans: Sequence[RunConfig],
    cards: Sequence[RunCard],
    *,
    resume: bool,
    retry_failed: bool,
    as_json: bool,
    budget: Budget | None = None,
    conditions: Sequence[Condition] = (),
) -> None:
    """Send the same customers to both sides, and report.

    Raises:
        Failure: stopped, or nobody could shop on one side; what was reached is kept and reported.
    """
    stopped = asyncio.run(_run(root, plans, cards, resume, retry_failed, budget))
    comparison = report_both(root)
    if as_json:
        sys.stdout.write(msgspec.json.encode(comparison).decode() + "\n")
    else:
        print_ab(plain_console(), comparison)
        click.echo(f"report: {RunFolder(root).report}")
    if stopped is not None:
        raise Failure(
            f"{stopped}; finished visits are kept: `shopper run --resume --out {root}` with the "
            "same options goes on",
            exit_code=1,
        )
    for label, failed in zip(LABELS, comparison.sides.failed, strict=True):
        if failed and failed == comparison.customers:
            raise Failure(
                f"every visit on side {label} failed: {root / label / 'report.html'} says why",
                exit_code=1,
            )
    for label, folder in zip(LABELS, side_folders(root), strict=True):
        judge(read_card(folder).totals, conditions, f"side {label}")


def report_both(root: Path) -> AbComparison:
    """Write the report of each side and the page that compares them."""
    for folder in side_folders(root):
        write_report(folder)
    comparison = compare_runs(*side_folders(root))
    write_json(root / "comparison.json", comparison)
    write_ab_report(RunFolder(root).report, comparison)
    return comparison


async def _run(
    root: Path,
    plans: Sequence[RunConfig],
    cards: Sequence[RunCard],
    resume: bool,
    retry_failed: bool,
    budget: Budget | None,
) -> str | None:
    """Run both sides; returns why they were stopped, if they were."""
    with lock_folder(root):
        return await _run_held(root, plans, cards, resume, retry_failed, budget)


async def _run_held(
    root: Path,
    plans: Sequence[RunConfig],
    cards: Sequence[RunCard],
    resume: bool,
    retry_failed: bool,
    budget: Budget | None,
) -> str | None:
    sides = _claim(root, plans, cards, resume, retry_failed)
    policy = await load_policy(cards[0].policy, budget)
    try:
        settings = dict(policy.settings)
        sides = [
            msgspec.structs.replace(
                side, card=msgspec.structs.replace(side.card, policy_settings=settings)
            )
            for side in sides
        ]
        total = sum(len(side.config.customers) for side in sides)
        done = sum(len(side.finished) for side in sides)
        with Progress(_err, total, done, plans[0].limits.max_steps) as progress:
            pair = Pair(sides, policy, progress.watch)
            return await why_stopped(pair.run(), root)
    finally:
        await policy.close()


def _claim(
    root: Path,
    plans: Sequence[RunConfig],
    cards: Sequence[RunCard],
    resume: bool,
    retry_failed: bool,
) -> list[Side]:
    """Make the folder this comparison's own. A run killed early has begun on one side only."""
    if root.is_file():
        raise Failure(f"{root} is a file; name a folder with --out", exit_code=2)
    folders = side_folders(root)
    begun = [folder.card.is_file() for folder in folders]
    foreign = [path.name for path in root.iterdir()] if root.is_dir() else []
    if not any(begun) and set(foreign) - set(LABELS):
        raise Failure(
            f"{root} is not empty and holds no comparison; name another folder with --out",
            exit_code=2,
        )
    if resume and not any(begun):
        raise Failure(f"nothing to resume: {root} holds no comparison", exit_code=2)
    return [
        Side(
            label=label,
            config=config,
            folder=folder,
            finished=claim_folder(
                folder,
                card,
                resume and there,
                retry_failed=retry_failed,
                customers=config.customers,
            ),
            card=going_on(folder, card),
        )
        for label, config, folder, card, there in zip(
            LABELS, plans, folders, cards, begun, strict=True
        )
    ]
