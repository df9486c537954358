"""Carry out a usability study: tasks, customers, questions, findings.

Where the two halves meet: the study is carried out by `agent.study`, what it means is worked out
by `eval.usability`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import click

from agent.prompts.prompt import PageTokens
from agent.runs.config import See
from agent.runs.crowd import default_folder
from agent.runs.folder import finished_sessions, read_card
from agent.runs.runner import RunResult
from agent.sessions.outcome import failed
from agent.study.conduct import StudyRequest, conduct
from agent.study.definition import Study
from agent.study.folder import StudyFolder
from agent.study.load import changed, draft, participants, read_study, start_url
from agent.study.success import doubts
from envs.actions import ActionSet
from eval import formatting
from eval.usability.baseline import read_baseline
from eval.usability.schema import StudyResult
from shopper.access import AccessAsked, check_told, read_access
from shopper.ci.account import STUDY
from shopper.ci.files import Teller, Wanted, telling
from shopper.commands._access_options import SECTION, access_options
from shopper.commands._live import seen_by_others
from shopper.commands._page_tokens import page_tokens_option
from shopper.commands._run_result import broken_off, judge, say_json, show_tracebacks
from shopper.commands._shared_options import ci_options, looking_options, not_a_purchase, picked
from shopper.console import plain_console
from shopper.fail_if_study import NAMES, StudyCondition, parse_study_condition, study_verdicts
from shopper.failure import Failure
from shopper.help import Command, option
from shopper.interrupt import until_interrupted
from shopper.plan import check_looking, price_from
from shopper.recheck import recheck as take_again
from shopper.run_progress import Progress
from shopper.run_words import no_result

_err = plain_console(stderr=True)
DRAFT = Path("study.toml")


@click.command(
    cls=Command,
    sections={
        "The study": "init",
        "Instead of what FILE says": "policy customers seed variant not-a-purchase",
        "Recordings of people": "recordings beside",
        "Getting in": SECTION,
        "How it is carried out": "page-tokens actions see concurrency headed price",
        "What is kept": "out no-screenshots json resume",
        "What counts": "recheck fail-if baseline",
        "Continuous integration": "junit summary",
    },
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@option("--init", "init_url", metavar="URL", help="Write a study of URL to edit, and stop.")
@option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the study.",
    show_default="runs/DATE_TIME; with --init the file: study.toml",
)
@option(
    "--recordings",
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help="Instead of sending customers, measure people's visits: a data set, as `shopper data "
    "import` or `record` writes it. --customers: at most so many visits (500).",
)
@option(
    "--beside",
    metavar="DIR",
    type=click.Path(exists=True, path_type=Path),
    help="A run or a study of customers, to set beside the people of --recordings.",
)
@option("--policy", metavar="POLICY", help="Who decides: names as for `shopper run`.")
@option("--customers", type=click.IntRange(1, 10_000), help="How many do each task.")
@option("--seed", type=click.IntRange(min=0), help="The same seed sends the same customers.")
@option("--variant", metavar="NAME", help="Version of the embedded shop.")
@not_a_purchase
@access_options
@looking_options
@page_tokens_option
@option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Customers at once.",
    show_default="two per core, at most 8",
)
@option("--headed", is_flag=True, help="Show the browser.")
@option(
    "--price",
    metavar="IN,OUT[,CACHED]",
    help="Dollars for a million tokens of prompt, answer and cached prompt; run.json says what the "
    "visits cost.",
)
@option("--resume", is_flag=True, help="Go on with the study in --out.")
@option(
    "--recheck",
    type=click.FloatRange(0, 3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Take visits that show findings again for so long; what does not come again is called "
    "seen once. 0: none.",
)
@option(
    "--fail-if",
    multiple=True,
    metavar="CONDITION",
    help=f"Exit with 1 when it holds, e.g. 'success<0.8'; about {', '.join(NAMES)}; repeatable.",
)
@option(
    "--baseline",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="An earlier study of the same site: what is new, still there or resolved since is said.",
)
@option("--no-screenshots", is_flag=True, help="Faster, but findings have no pictures.")
@ci_options
@option("--json", "as_json", is_flag=True, help="Print the result as JSON at the end.")
def command(
    file: Path | None,
    init_url: str | None,
    out: Path | None,
    recordings: Path | None,
    beside: Path | None,
    policy: str | None,
    customers: int | None,
    seed: int | None,
    variant: str | None,
    not_purchases: tuple[str, ...],
    actions: ActionSet,
    see: See,
    page_tokens: PageTokens,
    concurrency: int | None,
    headed: bool,
    price: str | None,
    resume: bool,
    recheck: float,
    fail_if: tuple[str, ...],
    baseline: Path | None,
    no_screenshots: bool,
    junit: Path | None,
    summary: Path | None,
    as_json: bool,
    access: AccessAsked,
) -> None:
    """Carry out the usability study in FILE (TOML), or analyse again the one in a folder.

    Writes study.html, study.json and tables beside the logs and pictures of a run into the --out
    folder. Ctrl-C keeps finished visits; --resume makes those under way again, from the start.
    """
    if init_url is not None:
        return _init(init_url, out or DRAFT)
    if recordings is not None:
        from shopper.commands._study_recordings import study_recordings

        return study_recordings(
            recordings, file, out=out, beside=beside, most=customers, seed=seed, as_json=as_json
        )
    if beside is not None:
        raise click.UsageError("--beside goes with --recordings")
    if file is None:
        raise click.UsageError("name a study's file; `shopper study --init URL` writes one")
    if file.is_dir():
        wanted = Wanted(command=STUDY, title=f"The study in {file}", junit=junit, summary=summary)
        folder = StudyFolder(file)
        from eval.usability.analysis import read_definition

        held = _held_to(read_definition(folder), fail_if, baseline)
        with telling(wanted) as tell:
            return _report(folder, as_json, wanted, tell, held)
    if resume and out is None:
        raise Failure("--resume needs --out with the folder of the study to go on with", 2)
    plan = read_study(file)
    named, policy_auto = picked(policy or plan.policy)
    study = changed(plan, policy=named, customers=customers, seed=seed, variant=variant)
    check_looking(actions, see, study.policy)
    held = _held_to(study, fail_if, baseline)
    for doubt in doubts(study.tasks):
        _err.print(f"note: {doubt}", markup=False)
    brought = read_access(access, [start_url(study)])
    check_told(brought, {"--out": out, str(file): file.read_text("utf-8")})
    folder = StudyFolder(out or default_folder())
    request = StudyRequest(
        study=study,
        people=tuple(participants(study, file.parent)),
        folder=folder,
        concurrency=concurrency,
        headed=headed,
        screenshots=not no_screenshots,
        resume=resume,
        not_purchases=not_purchases,
        actions=actions,
        see=see,
        page_tokens=page_tokens,
        access=brought,
        policy_auto=policy_auto,
        price=price_from(price),
    )
    wanted = Wanted(
        command=STUDY, title=study.title, junit=junit, summary=summary, out=folder.root, file=file
    )
    with telling(wanted) as tell:
        _carry_out(request, wanted, tell, held, recheck, as_json)


class Held(NamedTuple):
    """What a study is held to: conditions, and the study before."""

    conditions: tuple[StudyCondition, ...] = ()
    baseline: Path | None = None
    before: StudyResult | None = None


def _held_to(study: Study, fail_if: tuple[str, ...], baseline: Path | None) -> Held:
    """Read before anybody shops, so that what is wrong is said at once."""
    tasks = [task.id for task in study.tasks]
    conditions = (
        parse_study_condition(text, tasks, baseline=baseline is not None) for text in fail_if
    )
    before = None if baseline is None else read_baseline(baseline, study)
    return Held(tuple(conditions), baseline, before)


def _carry_out(
    request: StudyRequest, wanted: Wanted, tell: Teller, held: Held, recheck: float, as_json: bool
) -> None:
    folder = request.folder
    most = max(task.max_steps for task in request.study.tasks)
    with Progress(_err, request.visits, most) as progress:
        result = asyncio.run(
            until_interrupted(
                seen_by_others(
                    folder.root,
                    request.visits,
                    most,
                    progress.watch,
                    lambda watch, follower: conduct(
                        request, watch, progress.begin, _say_that_it_asks, follower
                    ),
                ),
                lambda: RunResult.kept(folder.run, stopped="stopped"),
            )
        )
    failure = _failure(result, f"shopper study {wanted.file} --resume --out {folder.root}")
    if failure is None and recheck:
        asyncio.run(take_again(request, recheck, _say_that_it_takes_again))
    _report(folder, as_json, wanted, tell, held, failure)
    show_tracebacks([folder.run])


def _say_that_it_takes_again(visits: int) -> None:
    told = formatting.count(visits, "visit")
    _err.print(f"taking {told} again to see whether what was found comes again …")


def _say_that_it_asks() -> None:
    _err.print("asking the policy's model the study's questions …")


def _init(url: str, path: Path) -> None:
    text = draft(url)
    if path.exists():
        raise Failure(f"{path} is there already; name another file with --out", exit_code=2)
    path.write_text(text, "utf-8")
    click.echo(f"{path} is ready to edit; `shopper study {path}` carries it out")


def _report(
    folder: StudyFolder,
    as_json: bool,
    wanted: Wanted,
    tell: Teller,
    held: Held,
    failure: Failure | None = None,
) -> None:
    """Work out the result from the logs, write it, say the most important of it, and tell
    continuous integration; `failure` is why it is no result or not over.

    Raises:
        Failure: that, or the study fails by a condition.
    """
    from eval.report.study.terminal import print_since, print_study
    from eval.study import report_study  # its statistics take a second to import
    from eval.usability.baseline import since
    from shopper.ci.of_study import study_account

    report = report_study(folder.root)
    found = None
    if held.baseline and held.before:
        found = since(held.baseline, held.before, report.result)
    judged = study_verdicts(held.conditions, report.result, found)
    if as_json:
        say_json(report.result, judged, indented=True)
    else:
        print_study(plain_console(), report.result)
        if found is not None:
            print_since(plain_console(), found)
        click.echo(f"report: {report.page}")
    tell(
        study_account(
            report.result,
            judged,
            report=report.page,
            file=wanted.file,
            broken=failure.message if failure else None,
            seconds=read_card(folder.run).totals.seconds,
        )
    )
    if failure is not None:
        raise failure
    judge(judged)


def _failure(result: RunResult, again: str) -> Failure | None:
    """Why the study is no result or not over; None where it is neither. `again` goes on with it."""
    if result.stopped is not None:
        return broken_off(result.stopped, result.card, again)
    sessions = finished_sessions(result.folder).values()
    if 2 * sum(map(failed, sessions)) > len(sessions):
        return Failure(no_result(result.folder), exit_code=1)
    return None
