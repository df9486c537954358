"""``shopper simulate``: synthetic shoppers in the embedded shop, written as a data set.

Reads the options, shows progress, prints the statistics beside their targets. The work is
`agent.sources.simulation`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import get_args

import click
import msgspec
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agent.sessions.dataset import FormatError, SessionWriter
from agent.sessions.session import Session
from agent.shoppers.published_figures import ShopperTally
from agent.sources.simulation import SimulationJob, simulate, tally_session
from envs.actions import ActionSet
from envs.errors import EnvError
from envs.shop import Storefront
from eval import formatting
from shopper.commands._shared_options import storefront_options
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option

_err = plain_console(stderr=True)


@click.command(
    "simulate",
    cls=Command,
    sections={
        "Who shops": "sessions seed actions no-reasoning",
        "Where": "variant theme language",
        "How long": "concurrency rehearse",
        "What is kept": "out json",
    },
)
@option(
    "--sessions",
    type=click.IntRange(1, 1_000_000),
    default=100,
    show_default=True,
    help="How many visits.",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed gives the same sessions.",
)
@option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="Data set to write: .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
)
@option("--no-reasoning", is_flag=True, help="Write no reasons.")
@option(
    "--concurrency",
    type=click.IntRange(1, 64),
    help="Shoppers at once; does not change the sessions.",
    show_default="four per core, at most 16",
)
@option(
    "--actions",
    type=click.Choice(get_args(ActionSet)),
    default="paper",
    show_default=True,
    help="What they do: the paper's actions, or also scroll, go back, point at things and wait.",
)
@storefront_options
@option("--rehearse", is_flag=True, help="Load no pages: the same sessions, many times as fast.")
@option("--json", "as_json", is_flag=True, help="Print the statistics as JSON.")
def command(
    sessions: int,
    seed: int,
    out: Path,
    no_reasoning: bool,
    concurrency: int | None,
    actions: ActionSet,
    variant: str,
    theme: str,
    language: str,
    rehearse: bool,
    as_json: bool,
) -> None:
    """Let synthetic shoppers shop in the embedded shop and write their sessions.

    The same seed gives the same sessions. They are synthetic, not human: see docs/shoppers.md.
    """
    if rehearse and actions != "paper":
        raise Failure(
            "--rehearse has no window to look around in: leave it out, or --actions full",
            exit_code=2,
        )
    job = SimulationJob(
        sessions=sessions,
        seed=seed,
        concurrency=concurrency or min(16, 4 * (os.cpu_count() or 1)),
        reasoning=not no_reasoning,
        actions=actions,
        variant=variant,
        rehearsed=rehearse,
        storefronts=(Storefront(theme, language),),
    )
    tally = ShopperTally()
    started = time.monotonic()
    try:
        with SessionWriter(out) as writer:
            asyncio.run(_simulate(job, writer, tally))
    except FormatError as error:
        raise Failure(str(error), exit_code=2) from error
    except OSError as error:
        raise Failure(f"cannot write {out}: {error}") from error
    except KeyboardInterrupt as error:
        raise Failure(
            f"stopped; {formatting.count(tally.sessions, 'session')} kept in {writer.partial}"
        ) from error
    except EnvError as error:
        raise Failure(str(error)) from error
    _print(tally, out, time.monotonic() - started, as_json)


async def _simulate(job: SimulationJob, writer: SessionWriter, tally: ShopperTally) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}, {task.speed:.2f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, disable=not _err.is_terminal) as progress:
        task = progress.add_task("sessions", total=job.sessions)

        def write(session: Session) -> None:
            writer.write(session)
            tally_session(tally, session)
            progress.advance(task)

        await simulate(job, write)


def _print(tally: ShopperTally, out: Path, seconds: float, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode(_as_object(tally, seconds)).decode() + "\n")
        return
    console = plain_console()
    table = Table(title=f"{formatting.count(tally.sessions, 'synthetic session')} (not human)")
    for heading in ("", "simulated", "published", ""):
        table.add_column(heading, justify="left" if not heading else "right")
    for figure in tally.figures():
        target = f"{'under ' if figure.at_most else ''}{figure.target:.3f}"
        verdict = "ok" if figure.within else "off"
        table.add_row(figure.name, f"{figure.value:.3f}", target, verdict)
    console.print(table)
    shares = ", ".join(f"{k} {n / tally.steps:.1%}" for k, n in tally.kinds.most_common())
    console.print(f"actions: {shares}")
    if tally.oracle is not None:
        console.print(
            f"an oracle that knows the shoppers' minds would predict {tally.oracle:.1%} of actions"
        )
    if tally.unfinished:
        unfinished = formatting.count(tally.unfinished, "session")
        console.print(f"{unfinished} ended neither in a purchase nor by leaving")
    rate = tally.sessions / seconds
    console.print(f"{rate:.2f} sessions/s, {tally.steps / seconds:.1f} steps/s")
    console.print(f"data set: {out}", soft_wrap=True)


def _as_object(tally: ShopperTally, seconds: float) -> dict[str, object]:
    return {
        "sessions": tally.sessions,
        "steps": tally.steps,
        "figures": [
            {**msgspec.to_builtins(figure), "within": figure.within} for figure in tally.figures()
        ],
        "kinds": dict(tally.kinds),
        "oracle_p_max": tally.oracle,
        "unfinished": tally.unfinished,
        "seconds": seconds,
    }
