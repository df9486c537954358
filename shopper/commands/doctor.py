"""``shopper doctor``: shows what `shopper.doctor` found, as a table or as JSON."""

from __future__ import annotations

import asyncio

import click
import msgspec
from rich.table import Table
from rich.text import Text

from shopper.console import plain_console
from shopper.doctor import Check, Diagnosis, diagnose
from shopper.help import option

MARKS = {
    "ok": ("ok", "green"),
    "warning": ("note", "yellow"),
    "missing": ("MISSING", "bold red"),
    "optional": ("-", "dim"),
}


@click.command()
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Say what is installed, what will be used, and what to do about what is missing.

    Exits with 0 when `shopper run` would work on this machine, else with 1.
    """
    diagnosis = asyncio.run(diagnose())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(diagnosis)))
    else:
        plain_console().print(table(diagnosis), verdict(diagnosis))
    ctx.exit(0 if diagnosis.ready else 1)


def table(diagnosis: Diagnosis) -> Table:
    grid = Table.grid(padding=(0, 2))
    for check in diagnosis.checks:
        mark, style = MARKS[check.state]
        grid.add_row(Text(mark, style=style), check.area, _told(check))
    return grid


def _told(check: Check) -> Text:
    told = Text(check.found)
    if check.advice:
        told.append(f"\n→ {check.advice}", style="dim" if check.state == "optional" else "")
    return told


def verdict(diagnosis: Diagnosis) -> Text:
    if diagnosis.ready:
        return Text("\n`shopper run` will work here.", style="green")
    areas = ", ".join(check.area for check in diagnosis.checks if check.state == "missing")
    return Text(f"\n`shopper run` will not work here; see {areas} above.", style="bold red")
