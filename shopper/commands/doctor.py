"""``shopper doctor``: shows what `shopper.doctor` found, as a table or as JSON."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shopper.console import plain_console
from shopper.doctor import Diagnosis, diagnose
from shopper.help import option

MARKS = {
    "ok": ("ok", "green"),
    "warning": ("note", "yellow"),
    "missing": ("MISSING", "bold red"),
    "optional": ("-", "dim"),
}
MARK_WIDTH = max(len(mark) for mark, _ in MARKS.values())


@click.command()
@option("--no-timing", is_flag=True, help="Do not measure how long the model takes for a step.")
@option(
    "--storage-state",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Say how old the login in this file is; repeatable.",
)
@option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(
    ctx: click.Context, no_timing: bool, storage_state: tuple[Path, ...], as_json: bool
) -> None:
    """Say what is installed, what will be used, and what to do about what is missing.

    Exits with 0 when `shopper run` would work on this machine, else with 1.
    """
    diagnosis = asyncio.run(diagnose(timing=not no_timing, states=storage_state))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(diagnosis)))
    else:
        _print(plain_console(), diagnosis)
    ctx.exit(0 if diagnosis.ready else 1)


def _print(console: Console, diagnosis: Diagnosis) -> None:
    """A row a check; what to do stands below on a line that is not broken, to be copied whole."""
    area_width = max(len(check.area) for check in diagnosis.checks)
    for check in diagnosis.checks:
        mark, style = MARKS[check.state]
        row = Table.grid(padding=(0, 2))
        row.add_column(width=MARK_WIDTH)
        row.add_column(width=area_width)
        row.add_column(overflow="fold")  # a path is shown whole
        row.add_row(Text(mark, style=style), check.area, check.found)
        console.print(row)
        if check.advice:
            indent = " " * (MARK_WIDTH + area_width + 4)
            advice = Text(f"{indent}→ {check.advice}", style="dim" if mark == "-" else "")
            console.print(advice, soft_wrap=True)
    console.print(verdict(diagnosis))


def verdict(diagnosis: Diagnosis) -> Text:
    if diagnosis.ready:
        return Text("\n`shopper run` will work here.", style="green")
    areas = " and ".join(check.area for check in diagnosis.checks if check.state == "missing")
    return Text(f"\n`shopper run` will not work here; see {areas} above.", style="bold red")
