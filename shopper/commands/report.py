"""``shopper report DIR``: make the HTML report of a run or a study again."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from eval.report.run.page import ReportError
from shopper.failure import Failure
from shopper.help import option
from shopper.make_report import make_report


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--open", "show", is_flag=True, help="Also show it in the browser of this machine.")
def command(folder: Path, show: bool) -> None:
    """Make the HTML report of the run or study in DIR again, and print its path.

    DIR is the --out folder of `shopper run`, with one side or two, or of `shopper study`; either
    may be unfinished.
    """
    try:
        path = make_report(folder)
    except ReportError as error:
        raise Failure(str(error), exit_code=2) from error
    except OSError as error:
        raise Failure(
            f"the report could not be written to {folder}: {error.strerror or error}; "
            "free some space or check the permissions, then run `shopper report` again"
        ) from error
    click.echo(str(path))
    if show and not webbrowser.open(path.resolve().as_uri()):
        raise Failure(f"no browser could be opened on this machine; the report is {path.resolve()}")
