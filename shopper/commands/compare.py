"""Set benchmarks, studies, or a run's behaviour and a data set's, side by side.

The command line only: what is compared is told from what the paths hold; the work is in `eval`.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from eval.compare import compare_behaviour, compare_benchmarks, is_benchmark
from eval.report.compare import write_comparison
from eval.report.fidelity import parts
from eval.report.terminal import print_behaviour, print_comparison, print_parts
from eval.usability.before_after import compare_studies, is_study
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import option

_PATH = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=_PATH, metavar="PATH PATH [PATH ...]")
@option(
    "--html",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write the comparison as an HTML page.",
)
@option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(paths: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Compare benchmarks with paired tests, two studies, or a run's behaviour with a data set's.

    Folders written by `shopper bench` are compared step by step, each with the first. Two written
    by `shopper study` are compared as before and after: measures, and findings resolved, new and
    persisting; or side by side, where one is of people's recordings. Anything else (run folders,
    data sets) is compared as a population: the mix of actions, searches, purchases, revisions; and
    as whole visits: how far what they do next, how they end and how deep they go are apart, and
    whether a machine can tell them apart.
    """
    if len(paths) < 2:
        raise click.UsageError("name at least two folders or data sets")
    if any(map(is_study, paths)):
        return _studies(paths, html, as_json)
    benchmarks = [is_benchmark(path) for path in paths]
    if any(benchmarks) and not all(benchmarks):
        odd = paths[benchmarks.index(False)]
        raise Failure(
            f"{odd} is no benchmark's folder, the others are: compare benchmarks with benchmarks, "
            "runs and data sets with each other",
            exit_code=2,
        )
    found = compare_benchmarks(paths) if all(benchmarks) else compare_behaviour(paths)
    if html is not None:
        write_comparison(html, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    console = plain_console()
    for comparison in found.benchmarks:
        print_comparison(console, comparison)
    for behaviour, visits in zip(found.behaviours, found.fidelities, strict=True):
        print_behaviour(console, behaviour)
        print_parts(console, parts(visits))
    for note in found.notes:
        console.print(f"note: {note}", markup=False)
    if html is not None:
        click.echo(str(html))


def _studies(paths: tuple[Path, ...], html: Path | None, as_json: bool) -> None:
    """Two studies, before and after; or of people and of customers, side by side."""
    from eval.report.study.compare import write_before_after
    from eval.report.study.compare_terminal import print_before_after
    from eval.usability.schema import read_result

    if len(paths) != 2 or not all(map(is_study, paths)):
        raise Failure("a study is compared with one other study: name two of their folders", 2)
    of_people = [read_result(path).facts.recorded for path in paths]
    if sum(of_people) == 1:
        people, customers = sorted(paths, key=lambda path: not of_people[paths.index(path)])
        return _people(people, customers, html, as_json)
    found = compare_studies(*paths)
    if html is not None:
        write_before_after(html, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    print_before_after(plain_console(), found)
    if html is not None:
        click.echo(str(html))


def _people(people: Path, customers: Path, html: Path | None, as_json: bool) -> None:
    """A study of recordings and one of customers."""
    from eval.report.study.beside import headline, lede, told, write_beside
    from eval.report.terminal import print_parts
    from eval.usability.beside import beside

    found = beside(people, customers)
    if html is not None:
        write_beside(html, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    console = plain_console()
    console.print(f"{headline(found)} {lede(found)}", markup=False)
    print_parts(console, told(found))
    if html is not None:
        click.echo(str(html))
