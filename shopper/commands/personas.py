"""`shopper personas`: customers drawn from a description of the population.

The command line only; drawing is `agent.personas.sampling`, the description
`agent.personas.population`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click
import msgspec
from rich.progress import Progress
from rich.table import Table

from agent.atomic_write import replacing
from agent.personas.archetypes import LEAST
from agent.personas.personas import write_personas
from agent.personas.population import PopulationError, load_population, sample_text
from agent.personas.sampling import Person, Share, draw, shares
from agent.policies.completers import load_model
from agent.policies.registry import choices
from eval import formatting
from shopper.commands._personas_from_logs import as_json as kinds_as_json
from shopper.commands._personas_from_logs import is_data, kinds_in, people_of, print_kinds
from shopper.commands._shared_options import picked
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option

MOST = 1_000_000
_err = plain_console(stderr=True)


@click.command(
    cls=Command,
    sections={
        "Who is drawn": "count from seed",
        "From logs": "least-people kinds",
        "Who writes them out": "policy at-once",
        "What is kept": "out overwrite show json",
    },
)
@option("--count", type=click.IntRange(1, MOST), help="How many.")
@option("--out", metavar="FILE", type=click.Path(path_type=Path), help="JSON Lines file to write.")
@option(
    "--from",
    "source",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Description of the population (TOML), or a data set of visits, whose kinds of people are "
    "found.",
    show_default="adults who shop, shipped",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="The same seed draws the same people.",
)
@option(
    "--policy",
    metavar="POLICY",
    help=f"A language model that writes the descriptions out: {choices('text')}.",
)
@option(
    "--at-once", type=click.IntRange(1, 256), default=8, show_default=True,
    help="Descriptions asked for at a time.",
)  # fmt: skip
@option(
    "--least-people",
    type=click.IntRange(2, 1000),
    default=LEAST,
    show_default=True,
    help="With a data set: nothing is written of fewer people.",
)
@option(
    "--kinds",
    "kinds_wanted",
    type=click.IntRange(1, 20),
    help="With a data set: so many kinds of people, stable or not.",
    show_default="the largest number that is stable",
)
@option("--overwrite", is_flag=True, help="Replace --out.")
@option("--show", is_flag=True, help="Print the population that ships, to edit, and stop.")
@option("--json", "as_json", is_flag=True, help="Print the shares as JSON.")
def command(
    count: int | None,
    out: Path | None,
    source: Path | None,
    seed: int,
    policy: str | None,
    at_once: int,
    least_people: int,
    kinds_wanted: int | None,
    overwrite: bool,
    show: bool,
    as_json: bool,
) -> None:
    """Draw customers from a description of a population or from logs, for `shopper run`.

    The same population and seed give the same people, and more of them begin with the fewer.
    Prints what was drawn beside the shares the population asks for. From a data set of visits:
    kinds of people by what they do, with their shares, and what they come for.
    """
    if show:
        click.echo(sample_text(), nl=False)
        return
    if count is None or out is None:
        raise click.UsageError("name how many with --count and the file with --out")
    if out.exists() and not overwrite:
        raise Failure(f"{out} exists: name another file, or add --overwrite", exit_code=2)
    kinds = None
    if source is not None and is_data(source):
        kinds = kinds_in(source, least_people, kinds_wanted, seed)
        people, found = people_of(kinds, count, seed)
    else:
        try:
            population = load_population(source)
        except PopulationError as error:
            raise Failure(str(error), exit_code=2) from error
        people = list(draw(population, count, seed))
        found = shares(population, people)
    stopped = False
    if policy is not None:
        policy, _ = picked(policy)
        people, stopped = _written_out(people, policy, at_once)
    _write(out, people)
    if as_json and kinds is not None:
        sys.stdout.write(kinds_as_json(kinds, found) + "\n")
    elif as_json:
        sys.stdout.write(msgspec.json.encode({"count": count, "shares": found}).decode() + "\n")
    else:
        if kinds is not None:
            print_kinds(kinds)
        _print(found, count)
        click.echo(f"{formatting.count(count, 'persona')}: {out}")
    if stopped:
        raise Failure(f"stopped; who was not written out yet has the drawn description in {out}")


def _written_out(people: Sequence[Person], policy: str, at_once: int) -> tuple[list[Person], bool]:
    """Everyone with a description by a model as far as it got, and whether it was stopped."""
    done: list[Person] = []
    kept = 0

    async def write() -> None:
        nonlocal kept
        from agent.personas.written_texts import write_texts

        model = await load_model(policy)
        try:
            with Progress(console=_err, disable=not _err.is_terminal) as bar:
                task = bar.add_task("Writing", total=len(people))
                async for one in write_texts(model, people, at_once=at_once):
                    done.append(one.person)
                    kept += not one.by_model
                    bar.advance(task)
        finally:
            await model.close()

    stopped = False
    try:
        asyncio.run(write())
    except KeyboardInterrupt:
        stopped = True
    if kept:
        texts = formatting.count(kept, "description")
        _err.print(f"{texts} by {policy} could not be used; what was drawn stays")
    return [*done, *people[len(done) :]], stopped


def _write(out: Path, people: Sequence[Person]) -> None:
    """Whole or not at all: an older file stays until the new one is complete."""
    try:
        with replacing(out) as draft:
            write_personas(draft, [(one.persona, one.intent) for one in people])
    except OSError as error:
        raise Failure(f"cannot write {out}: {error.strerror or error}") from error


def _print(found: Sequence[Share], count: int) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    table.add_column("")
    for heading in ("asked for", "drawn", "people"):
        table.add_column(heading, justify="right", no_wrap=True)
    for what, values in groupby(found, key=lambda share: share.what):
        for n, one in enumerate(values):
            table.add_row(
                what if n == 0 else "",
                one.value,
                f"{one.target:.1%}",
                f"{one.drawn:.1%}",
                f"{one.count:,}",
            )
    plain_console().print(table)
