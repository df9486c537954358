"""`shopper study --recordings`: people's recorded visits through a study's measures and detectors,
and beside those of customers.

The command line only: folders are written by `agent.study.recordings`, the numbers by `eval`.
"""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from agent.runs.crowd import default_folder
from agent.sessions.session import RecordError
from agent.study.definition import Task
from agent.study.folder import StudyFolder
from agent.study.load import read_study
from agent.study.recordings import MOST_VISITS, WHATEVER, RecordedVisits, recorded_study
from eval import formatting
from eval.usability.before_after import is_study
from shopper.console import plain_console
from shopper.failure import Failure

_err = plain_console(stderr=True)


def study_recordings(
    recordings: Path,
    file: Path | None,
    *,
    out: Path | None,
    beside: Path | None,
    most: int | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Measure the visits in `recordings` as a study's; with `beside`, also set them beside those of
    a run or a study of customers.

    Raises:
        Failure: something cannot be read, or there is not one task to hold them against.
    """
    from eval.study import report_study  # its statistics take a second to import

    task = _task(file, beside)
    folder = StudyFolder(out or default_folder())
    found = _written(folder, recordings, task, most or MOST_VISITS, seed or 0)
    for note in _notes(found):
        _err.print(f"note: {note}", markup=False)
    report = report_study(folder.root)
    if beside is not None:
        _beside(folder.root, _customers(folder.root, beside, task), as_json)
        return
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report.result)).decode())
        return
    from eval.report.study.terminal import print_study

    print_study(plain_console(), report.result)
    click.echo(f"report: {report.page}")


def _written(folder: StudyFolder, data: Path, task: Task, most: int, seed: int) -> RecordedVisits:
    try:
        return recorded_study(folder, data, task, most=most, seed=seed)
    except RecordError as error:
        raise Failure(
            f"{error}; recordings of other tools are made readable by `shopper data import`", 2
        ) from error
    except OSError as error:
        raise Failure(f"cannot read {data}: {error.strerror or error}", 2) from error


def _task(file: Path | None, beside: Path | None) -> Task:
    """What the visits are held against: the one task of the file, or of the customers' study."""
    if file is not None:
        tasks, where = read_study(file).tasks, file
    elif beside is not None and is_study(beside):
        from eval.usability.schema import read_result

        tasks, where = read_result(beside).study.tasks, beside
    else:
        return WHATEVER
    if len(tasks) > 1:
        raise Failure(
            f"{where} has {formatting.count(len(tasks), 'task')} "
            f"({', '.join(task.id for task in tasks)}), and recordings do "
            "not say which one a visit was for: name a file with one task",
            2,
        )
    return tasks[0]


def _notes(found: RecordedVisits) -> list[str]:
    """What whoever has the data should know or ask themselves."""
    notes = []
    if found.stand_ins:
        notes.append(
            f"no visit in {found.data} is a person's (source: {', '.join(found.sources)}): they "
            "stand for people, and nothing follows for people"
        )
    if found.unasked:
        visits = formatting.count(found.unasked, "visit")
        notes.append(
            f"{visits} of {found.visits} do not say whether the person agreed to be recorded: is "
            "that settled? The study keeps no user ids, but what people typed and saw"
        )
    if found.visits < found.of:
        of = formatting.count(found.of, "visit")
        notes.append(f"{found.visits} of {of}, drawn evenly; --customers takes more")
    return notes


def _customers(root: Path, beside: Path, task: Task) -> Path:
    """The study of customers to be set beside; of a run one is made, inside the folder."""
    if is_study(beside):
        return beside
    from eval.study import report_study

    folder = StudyFolder(root / "customers")
    try:
        recorded_study(folder, beside, task, most=10_000, named=_policy_of(beside))
    except (OSError, RecordError) as error:
        raise Failure(f"{beside} holds no run and no study: {error}", 2) from error
    report_study(folder.root)
    return folder.root


def _policy_of(run: Path) -> str:
    """The policy on a run's card, where there is one."""
    from agent.runs.card import RunFolder
    from agent.runs.folder import FolderError, read_card

    try:
        return read_card(RunFolder(run)).policy
    except FolderError:
        return "unknown"


def _beside(people: Path, customers: Path, as_json: bool) -> None:
    from agent.atomic_write import write_json
    from eval.report.study.beside import PAGE, headline, lede, told, write_beside
    from eval.report.terminal import print_parts
    from eval.usability.beside import FILE, beside

    found = beside(people, customers)
    write_json(people / FILE, found)
    page = write_beside(people / PAGE, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    console = plain_console()
    console.print(f"{headline(found)} {lede(found)}", markup=False)
    print_parts(console, told(found))
    for warning in found.warnings:
        console.print(f"note: {warning}", markup=False)
    click.echo(f"report: {page}")
