"""``shopper report DIR``: make the HTML report of a run or a study again."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from agent.runs.ab import is_comparison
from agent.runs.card import RunFolder
from agent.study.folder import StudyFolder
from eval.report.run.page import ReportError, write_report
from shopper.failure import Failure
from shopper.help import option


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--open", "show", is_flag=True, help="Also show it in the browser of this machine.")
def command(folder: Path, show: bool) -> None:
    """Make the HTML report of the run or study in DIR again, and print its path.

    DIR is the --out folder of `shopper run`, with one side or two, or of `shopper study`; either
    may be unfinished.
    """
    try:
        path = _write(folder)
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


def _write(folder: Path) -> Path:
    """The statistics of studies and comparisons take a second to import."""
    if StudyFolder(folder).definition.exists():
        from eval.study import report_study

        return report_study(folder).page
    if is_comparison(folder):
        from eval.report.ab import report_comparison

        report_comparison(folder)
        return RunFolder(folder).report
    return write_report(RunFolder(folder))
