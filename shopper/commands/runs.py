"""``shopper runs``: what lies in the folder of runs."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from rich.table import Table

from eval import formatting
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import option
from shopper.run_list import Entry, entries

RUNS = Path("runs")


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def command(folder: Path | None, as_json: bool) -> None:
    """List the runs, comparisons, studies and benchmarks in DIR (default: runs).

    Says of each what it is, when it began, how many customers it has, what came of it and how big
    it is, the latest first. Folders that cannot be read are listed with the reason.
    """
    found = _in(folder)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    if not found:
        click.echo(f"no runs in {folder or RUNS} yet; `shopper run` makes one")
        return
    plain_console().print(_table(found))


def _in(folder: Path | None) -> list[Entry]:
    if folder is None and not RUNS.exists():
        return []
    try:
        return entries(folder or RUNS)
    except OSError as error:
        raise Failure(f"{folder or RUNS}: {error.strerror or error}", exit_code=2) from error


def _table(found: list[Entry]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("name", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("when", no_wrap=True)
    table.add_column("customers", justify="right", no_wrap=True)
    table.add_column("outcome")
    table.add_column("size", justify="right", no_wrap=True)
    for one in found:
        table.add_row(*_cells(one))
    return table


def _cells(one: Entry) -> tuple[str, ...]:
    when = "–" if one.started_at is None else f"{one.started_at.astimezone():%Y-%m-%d %H:%M}"
    customers = "–" if one.customers is None else f"{one.customers:,}"
    return one.name, one.kind, when, customers, one.outcome, _size(one.bytes)


def _size(count_of_bytes: int) -> str:
    """``12 kB``, ``4.2 MB``."""
    if count_of_bytes < 100_000:
        return f"{count_of_bytes / 1e3:.0f} kB"
    return formatting.size(count_of_bytes)
