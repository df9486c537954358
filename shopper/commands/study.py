"""Carry out a usability study: tasks, customers, questions, findings.

Where the two halves meet: the study is carried out by `agent.study`, what it means is worked out
by `eval.usability`.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from agent.atomic_write import write_whole
from agent.personas.personas import Customer, PersonaError
from agent.policies.completers import model_of
from agent.policies.policy import Policy, PolicyError
from agent.runs.card import RunCard
from agent.runs.crowd import default_folder
from agent.runs.folder import finished_sessions
from agent.sessions.outcome import failed
from agent.sessions.session import Session
from agent.study.answers import SurveyAnswers, write_answers
from agent.study.conduct import Conduct
from agent.study.definition import Study
from agent.study.folder import StudyFolder
from agent.study.load import draft, participants, read_study, start_url
from agent.study.outcome import ending
from agent.study.questions import ask_all
from agent.study.success import split_id
from envs.page.script import version as simplifier_version
from shopper.commands._run_result import (
    claim_folder,
    common_cause,
    load_policy,
    lock_folder,
    until_done_or_stopped,
)
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.run_progress import Progress

_err = plain_console(stderr=True)
DRAFT = Path("study.toml")


def _default_concurrency() -> int:
    """Fewer at once than a run: waiting times are measured."""
    return min(8, 2 * (os.cpu_count() or 1))


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--init", "init_url", metavar="URL", help="Write a study of URL to edit, and stop.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the study.  [default: runs/DATE_TIME; with --init the file: study.toml]",
)
@click.option("--policy", help="Who decides, instead of the study's policy.")
@click.option("--customers", type=click.IntRange(1, 10_000), help="Instead of the study's.")
@click.option("--seed", type=click.IntRange(min=0), help="Instead of the study's.")
@click.option("--variant", help="Version of the embedded shop, instead of the study's.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Customers at once.  [default: two per core, at most 8]",
)
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option("--resume", is_flag=True, help="Go on with the study in --out.")
@click.option("--no-screenshots", is_flag=True, help="Faster, but findings have no pictures.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON at the end.")
def command(
    file: Path | None,
    init_url: str | None,
    out: Path | None,
    policy: str | None,
    customers: int | None,
    seed: int | None,
    variant: str | None,
    concurrency: int | None,
    headed: bool,
    resume: bool,
    no_screenshots: bool,
    as_json: bool,
) -> None:
    """Carry out the usability study in FILE (TOML), or analyse again the one in a folder.

    Writes study.html, study.json and tables beside the logs and pictures of a run into the --out
    folder. On Ctrl-C everything so far is kept; --resume goes on.
    """
    if init_url is not None:
        return _init(init_url, out or DRAFT)
    if file is None:
        raise click.UsageError("name a study's file; `shopper study --init URL` writes one")
    if file.is_dir():
        return _report(StudyFolder(file), as_json)
    if resume and out is None:
        raise Failure("--resume needs --out with the folder of the study to go on with", 2)
    study = _changed(read_study(file), policy, customers, seed, variant)
    people = _people(study, file.parent)
    folder = StudyFolder(out or default_folder())
    with lock_folder(folder.root):
        finished = claim_folder(folder.run, _card(study), resume)
        _keep_definition(folder, study, resume)
        stopped = asyncio.run(
            _run(study, people, folder, finished, concurrency or _default_concurrency(), headed,
                 not no_screenshots)
        )  # fmt: skip
        _report(folder, as_json)
    if stopped:
        raise Failure(
            f"stopped; finished visits are kept: `shopper study {file} --resume --out "
            f"{folder.root}` with the same options goes on",
        )
    _fail_if_nobody_could(folder)


def _init(url: str, path: Path) -> None:
    text = draft(url)
    if path.exists():
        raise Failure(f"{path} is there already; name another file with --out", exit_code=2)
    path.write_text(text, "utf-8")
    click.echo(f"{path} is ready to edit; `shopper study {path}` carries it out")


def _changed(
    study: Study,
    policy: str | None,
    customers: int | None,
    seed: int | None,
    variant: str | None,
) -> Study:
    """The study with what the command line says instead."""
    if variant is not None and not study.embedded:
        raise Failure("--variant is of the embedded shop, and this study is of another", 2)
    people = study.population
    if customers is not None:
        people = msgspec.structs.replace(people, customers=customers)
    return msgspec.structs.replace(
        study,
        policy=policy or study.policy,
        seed=study.seed if seed is None else seed,
        variant=variant or study.variant,
        population=people,
    )


def _people(study: Study, beside: Path) -> list[Customer]:
    try:
        return participants(study, beside)
    except PersonaError as error:
        raise Failure(str(error), exit_code=2) from error


def _keep_definition(folder: StudyFolder, study: Study, resume: bool) -> None:
    """The study as it is carried out, beside its logs; another one is not resumed there."""
    text = msgspec.json.format(msgspec.json.encode(study)) + b"\n"
    if resume and folder.definition.exists() and folder.definition.read_bytes() != text:
        raise Failure(
            f"cannot resume {folder.root}: it holds another study; use the same file and "
            "options, or another folder",
            exit_code=2,
        )
    write_whole(folder.definition, text)


async def _run(
    study: Study,
    people: list[Customer],
    folder: StudyFolder,
    finished: dict[str, Session],
    concurrency: int,
    headed: bool,
    screenshots: bool,
) -> bool:
    """Carry out the study and ask its questions; returns whether it was stopped by hand."""
    policy = await load_policy(study.policy)
    try:
        card = msgspec.structs.replace(_card(study), policy_settings=dict(policy.settings))
        total = len(people) * len(study.tasks)
        most = max(task.max_steps for task in study.tasks)
        progress = Progress(_err, total, len(finished), most)
        conduct = Conduct(
            study, people, policy, folder, card, progress.watch,
            concurrency=concurrency, headed=headed, screenshots=screenshots,
        )  # fmt: skip
        with progress:
            stopped = await until_done_or_stopped(conduct.run(finished), folder.root)
        if not stopped:
            write_answers(folder.root, await _ask(study, policy, folder))
        return stopped
    finally:
        await policy.close()


async def _ask(study: Study, policy: Policy, folder: StudyFolder) -> SurveyAnswers:
    asks = study.questions
    if not (asks.seq or asks.sus or asks.open):
        return SurveyAnswers(note="The study asks no questions.")
    model = model_of(policy)
    if model is None:
        return SurveyAnswers(
            note=f"The policy {policy.name} has no language model that could be asked."
        )
    _err.print("asking the policy's model the study's questions …")
    orders = folder.orders()
    tasks = {task.id: task for task in study.tasks}

    def outcome(session: Session) -> str:
        return ending(session, tasks[split_id(session.session_id)[1]], orders).why

    sessions = finished_sessions(folder.run).values()
    try:
        return await ask_all(model, study, sessions, outcome)
    except PolicyError as error:
        return SurveyAnswers(model=model.name, note=f"Nobody answered: {error}")


def _report(folder: StudyFolder, as_json: bool) -> None:
    """Work out the result from the logs, write it, and say the most important of it."""
    from eval.report.study.page import write_study_report
    from eval.report.study.terminal import print_study
    from eval.usability.analysis import analyse  # its statistics take a second to import
    from eval.usability.csv_tables import write_tables
    from eval.usability.schema import write_result

    result = analyse(folder.root)
    path = write_result(folder.root, result)
    write_tables(folder.root, result)
    report = write_study_report(folder.root)
    if as_json:
        click.echo(path.read_bytes())
        return
    print_study(plain_console(), result)
    click.echo(f"report: {report}")


def _fail_if_nobody_could(folder: StudyFolder) -> None:
    sessions = finished_sessions(folder.run).values()
    if sessions and all(map(failed, sessions)):
        raise Failure(common_cause(folder.run), exit_code=1)


def _card(study: Study) -> RunCard:
    from agent import __version__

    people = study.population
    return RunCard(
        shopper_version=__version__,
        started_at=datetime.now(UTC),
        url=start_url(study) or "the embedded shop",
        embedded_shop=study.embedded,
        policy=study.policy,
        customers=people.customers * len(study.tasks),
        seed=study.seed,
        arguments={
            "study": study.title,
            "variant": study.variant,
            "device": people.device,
            "locale": people.locale,
            "timezone": people.time_zone,
        },
        versions={"simplifier": simplifier_version()},
    )
