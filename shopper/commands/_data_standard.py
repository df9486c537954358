"""`shopper data standard` and `sample`: the synthetic data set everybody can make again.

The command line only; the work is done in `agent.sources.standard_dataset` and
`agent.sources.dataset_card`.
"""

from __future__ import annotations

import asyncio
import os
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from agent.cache import cache_dir
from agent.sessions.dataset import read_sessions, write_sessions
from eval import formatting
from shopper.commands._data_summary import page_tokenizer
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import option

if TYPE_CHECKING:
    from agent.sources.dataset_card import Card, PartCard
    from agent.sources.standard_dataset import DatasetConfig

SAMPLE = "sessions.jsonl.zst"
_err = plain_console(stderr=True)
_size = click.IntRange(1, 1_000_000)


@click.command("standard")
@option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into.",
    show_default="standard-set-2-SEED in Shopper's cache",
)
@option("--train", type=_size, default=3000, show_default=True, help="Sessions to train on.")
@option("--validation", type=_size, default=300, show_default=True, help="To tune on.")
@option("--test", type=_size, default=500, show_default=True, help="To test on.")
@option(
    "--unseen",
    type=_size,
    default=100,
    show_default=True,
    help="To test on in a theme, and in a language, that the training part does not have.",
)
@option(
    "--seed",
    type=click.IntRange(0, 999_999),
    default=1,
    show_default=True,
    help="The same seed gives the same sessions.",
)
@option(
    "--concurrency",
    type=click.IntRange(1, 64),
    help="Shoppers at once; does not change the sessions.",
    show_default="four per core, at most 16",
)
@option("--json", "as_json", is_flag=True, help="Print the data card as JSON.")
def standard(
    out: Path | None,
    train: int,
    validation: int,
    test: int,
    unseen: int,
    seed: int,
    concurrency: int | None,
    as_json: bool,
) -> None:
    """Make the standard data set (version 2): synthetic sessions to train, to tune and to test on.

    No user is in two parts. Sessions that are there already are kept: a stopped run goes on where
    it was, and a smaller set (--train 300) grows into a larger one whose beginning it is. They
    are rehearsed, which gives the sessions that a browser would, many times as fast.
    """
    from agent.sources.dataset_card import CARD, write_card
    from agent.sources.standard_dataset import VERSION, DatasetConfig

    config = DatasetConfig(
        folder=out or cache_dir(f"standard-set-{VERSION}-{seed}"),
        sizes={
            "train": train,
            "validation": validation,
            "test": test,
            "unseen_theme": unseen,
            "unseen_language": unseen,
        },
        seed=seed,
        concurrency=concurrency or min(16, 4 * (os.cpu_count() or 1)),
    )
    _make(config)
    card = _card(config)
    write_card(config.folder, card)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(card)).decode())
        return
    for part in card.parts:
        click.echo(f"{config.folder / part.file}: {_said(part)}")
    click.echo(f"data card: {config.folder / CARD}")


@click.command("sample")
@option(
    "--out", metavar="FILE", required=True, type=click.Path(path_type=Path), help="File to write."
)
def sample(out: Path) -> None:
    """Write the hundred synthetic sessions that come with Shopper, to try things on.

    They are the first of the standard set's validation part.
    """
    with as_file(files("agent") / "samples" / SAMPLE) as path:
        count = write_sessions(out, read_sessions(path))
    click.echo(f"{out}: {formatting.count(count, 'session')}")


def _make(config: DatasetConfig) -> None:
    from agent.sources.standard_dataset import make, there_already

    there = there_already(config)
    total = sum(max(there[part], size) for part, size in config.sizes.items())
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}, {task.speed:.2f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, disable=not _err.is_terminal) as progress:
        task = progress.add_task("sessions", total=total, completed=sum(there.values()))
        try:
            asyncio.run(
                make(config, lambda part, _: progress.update(task, advance=1, description=part))
            )
        except KeyboardInterrupt as error:
            raise Failure(
                f"stopped; what was made is kept in {config.folder}, the same command goes on"
            ) from error


def _card(config: DatasetConfig) -> Card:
    from agent.sources.dataset_card import Card, describe, versions_of

    count_tokens, tokenizer = page_tokenizer()
    named: dict[str, int] = {str(part): n for part, n in config.sizes.items()}
    named["unseen"] = config.sizes.get("unseen_theme", 0)
    sizes = "".join(f" --{part} {n}" for part, n in named.items() if "_" not in part and n)
    return Card(
        command=f"shopper data standard --seed {config.seed}{sizes}",
        seed=config.seed,
        versions=versions_of(config.file("test")),
        parts=tuple(describe(p, config.file(p), count_tokens, tokenizer) for p in config.parts),
    )


def _said(part: PartCard) -> str:
    summary = part.summary
    ceiling = "" if part.ceiling is None else f", an oracle would predict {part.ceiling:.1%}"
    sessions = formatting.count(summary.sessions, "session")
    users, steps = formatting.count(summary.users, "user"), formatting.count(summary.steps, "step")
    counts = f"{sessions} of {users}, {steps}"
    return counts + ceiling
