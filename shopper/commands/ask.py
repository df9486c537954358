"""``shopper ask DIR "QUESTION"``: puts a question to customers about the visit they made.

What they say is a model's answer and stays apart from what was observed. Any folder of visits will
do, a run's or a study's; any policy that has a language model can be asked. In the place of a model
that is too small the visits' logs answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from agent.parsing import from_json
from agent.policies.completers import check_is_model, load_model, too_small
from agent.policies.policy import PolicyError
from agent.policies.registry import choices
from agent.runs.card import RunFolder
from agent.runs.folder import FolderError, finished_sessions, read_card
from agent.sessions.session import Session
from agent.study.answers import (
    LOG,
    AnswersError,
    SurveyAnswer,
    SurveyAnswers,
    keep_asked,
    read_asked,
    unsupported,
)
from agent.study.definition import LONGEST_QUESTION, Study, Success, Task
from agent.study.folder import StudyFolder
from agent.study.outcome import ending
from agent.study.questions import SurveyedVisit, ask_afterwards, ask_the_log, surveyed
from agent.study.success import split_id
from eval.formatting import count
from eval.report.run.page import ReportError, write_report
from eval.visits import visit_of
from shopper.commands._shared_options import picked
from shopper.failure import Failure
from shopper.help import option

_ANY = Task(id="visit", text="Shop as you would.", success=Success(order=True))
"""What a customer of a run without an intent was asked to do."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("question")
@option("--customer", metavar="ID", help="One customer, e.g. customer-0003.", show_default="all")
@option(
    "--policy",
    metavar="POLICY",
    help=f"Whose language model answers: {choices('text')}; auto takes what suits this machine.",
    show_default="the run's policy",
)
@option("--json", "as_json", is_flag=True, help="Print the answers as JSON.")
def command(
    folder: Path, question: str, customer: str | None, policy: str | None, as_json: bool
) -> None:
    """Ask customers about their visits, e.g. "why did you leave?".

    DIR is the --out folder of `shopper run` or `shopper study`. Answers cite the steps they rest
    on; one that cites none, or one that is not there, is called unsupported. They are a model's
    answers, kept in DIR/asked.json and shown in its report. A model under a billion parameters, as
    smollm2, is not asked: what was seen, done and thought is looked up in the log, in English,
    German, French or Spanish, and what the log does not tell is said to be so.
    """
    if not question.strip():
        raise Failure("the question is empty", exit_code=2)
    if len(question) > LONGEST_QUESTION:
        most = f"at most {LONGEST_QUESTION:,} can be asked"
        raise Failure(f"the question has {len(question):,} characters, {most}", exit_code=2)
    try:
        card = read_card(RunFolder(folder))
        read_asked(folder)
        told = _told(folder, customer)
    except (FolderError, AnswersError) as error:
        raise Failure(str(error), exit_code=2) from error
    named, _ = picked(policy or card.policy)
    answers = asyncio.run(_ask(named, question.strip(), told))
    keep_asked(folder, answers)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answers)))
    else:
        _print(answers)
    _renew_report(folder, quiet=as_json)


async def _ask(policy: str, question: str, told: Sequence[SurveyedVisit]) -> SurveyAnswers:
    check_is_model(policy)
    if await too_small(policy):
        return ask_the_log(question, told)
    model = await load_model(policy)
    try:
        return await ask_afterwards(model, question, told)
    except PolicyError as error:
        raise Failure(f"nobody answered: {error}") from error
    finally:
        await model.close()


def _told(folder: Path, customer: str | None) -> list[SurveyedVisit]:
    """The visits to ask about, retold.

    Raises:
        FolderError: a log or the definition cannot be read.
    """
    sessions = [s for s in finished_sessions(RunFolder(folder)).values() if s.steps]
    if not sessions:
        raise Failure(f"{folder} holds no finished visit that could be asked about", exit_code=2)
    chosen = [s for s in sessions if customer in (None, s.session_id, split_id(s.session_id)[0])]
    if not chosen:
        raise Failure(
            f"{folder} has no customer {customer}; the first is {sessions[0].session_id}",
            exit_code=2,
        )
    study = _study(folder)
    if study is None:
        return [surveyed(s, _ANY, visit_of(s, 1).why, in_study=False) for s in chosen]
    return _told_of_study(folder, study, chosen)


def _told_of_study(folder: Path, study: Study, sessions: Sequence[Session]) -> list[SurveyedVisit]:
    orders = StudyFolder(folder).orders()
    tasks = {task.id: task for task in study.tasks}
    told = []
    for session in sessions:
        task = tasks.get(split_id(session.session_id)[1])
        if task is not None:
            why = ending(session, task, orders).why
            told.append(surveyed(session, task, why, in_study=True))
    return told


def _study(folder: Path) -> Study | None:
    """What the folder is a study of; None where it is a run."""
    path = StudyFolder(folder).definition
    if not path.exists():
        return None
    try:
        return from_json(path.read_bytes(), Study)
    except (OSError, msgspec.DecodeError) as error:
        raise FolderError(f"cannot read {path}: {error}") from error


def _print(answers: SurveyAnswers) -> None:
    if answers.model == LOG:
        click.echo("Found in the visits' logs by rule, the model being too small to be asked.")
    else:
        click.echo(f"{answers.model} answers in the customers' place; nothing here was observed.")
    for answer in answers.answers:
        click.echo(f"\n{answer.session_id}: {answer.text or '(nothing)'}")
        if reason := unsupported(answer):
            click.echo(f"  unsupported: {reason}")
    without = sum(_is_unsupported(answer) for answer in answers.answers)
    click.echo(f"\n{count(len(answers.answers), 'answer')}, {without} of them unsupported")
    if answers.note:
        click.echo(answers.note)


def _is_unsupported(answer: SurveyAnswer) -> bool:
    return unsupported(answer) is not None


def _renew_report(folder: Path, *, quiet: bool) -> None:
    """The folder's report once more, now with the answers."""
    try:
        path = _report(folder)
    except (ReportError, OSError) as error:
        raise Failure(f"the answers are kept, but the report is not renewed: {error}") from error
    if not quiet:
        click.echo(f"report: {path}")


def _report(folder: Path) -> Path:
    if not StudyFolder(folder).definition.exists():
        return write_report(RunFolder(folder))
    from eval.study import report_study

    return report_study(folder).page
