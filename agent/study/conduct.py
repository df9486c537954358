"""Carrying out a study: every participant does every task, each in a fresh visit, with the crowd;
then the policy's model is asked the study's questions.

Measures and findings are made from the logs afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec

from agent.atomic_write import write_whole
from agent.personas.personas import Customer
from agent.policies import name_of
from agent.policies.completers import model_of, too_small
from agent.policies.policy import Policy, PolicyError
from agent.policies.price import Price
from agent.prompts.prompt import PageTokens
from agent.runs.card import RunCard
from agent.runs.config import RunConfig, See, new_card
from agent.runs.crowd import Crowd
from agent.runs.folder import FolderError, finished_sessions
from agent.runs.follow import NOBODY, Follower
from agent.runs.runner import Begun, RunResult, begins, claimed, loaded, shopping
from agent.runs.visit import Limits, Watch
from agent.sessions.session import Session
from agent.study.answers import SurveyAnswers, write_answers
from agent.study.definition import Study, Task
from agent.study.folder import StudyFolder
from agent.study.load import start_url, visits, window
from agent.study.outcome import ending
from agent.study.questions import ask_all
from agent.study.success import UntilDone, split_id
from envs.access import OPEN, Access
from envs.actions import ActionSet


class StudyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A study to be carried out with these `people`, who decide by `study.policy`, or by a
    `policy` that is there already and stays its owner's."""

    study: Study
    people: tuple[Customer, ...]
    folder: StudyFolder
    policy: Policy | None = None
    concurrency: int | None = None
    """Customers at once; None for as many as leave waiting times alone, which are measured."""
    headed: bool = False
    screenshots: bool = True
    resume: bool = False
    actions: ActionSet = "paper"
    see: See = "page"
    page_tokens: PageTokens = None
    not_purchases: tuple[str, ...] = ()
    """Patterns of the names of elements that place no order, whatever they say."""
    access: Access = OPEN
    """What is brought along for a site that is not open to everyone."""
    policy_auto: str = ""
    """Why ``auto`` took the policy that decides; empty where it was named."""
    price: Price | None = None
    """What tokens cost, for the card to tell what was spent."""

    @property
    def visits(self) -> int:
        """How many visits the study has."""
        return len(self.people) * len(self.study.tasks)

    def card(self) -> RunCard:
        """The card of a study that has not begun."""
        study, people = self.study, self.study.population
        return new_card(
            url=start_url(study),
            policy=name_of(self.policy or study.policy),
            customers=self.visits,
            seed=study.seed,
            arguments={
                "study": study.title,
                "variant": study.variant,
                "device": people.device,
                "locale": people.locale,
                "timezone": people.time_zone,
                **({"actions": self.actions} if self.actions != "paper" else {}),
                **({"see": self.see} if self.see != "page" else {}),
                **({"page_tokens": self.page_tokens} if self.page_tokens is not None else {}),
                **({"access": list(self.access.described)} if self.access.described else {}),
                **({"policy_auto": self.policy_auto} if self.policy_auto else {}),
                **({"price": self.price.text} if self.price is not None else {}),
            },
        )


async def conduct(
    request: StudyRequest,
    watch: Watch = lambda session, doing: None,
    begun: Begun = lambda finished: None,
    asking: Callable[[], None] = lambda: None,
    follower: Follower = NOBODY,
) -> RunResult:
    """All tasks in their order, then the questions; `asking` is called when these begin.

    Stops early when nobody could even begin the first task. Raises what `agent.runs.runner.run`
    raises, and `FolderError` where another study is to be resumed.
    """
    folder = request.folder
    card = request.card()
    with claimed(folder.run, card, resume=request.resume) as finished:
        _check_definition(request)
        policy_asked = request.policy or request.study.policy
        async with loaded(
            policy_asked, actions=request.actions, page_tokens=request.page_tokens
        ) as policy:
            tasks = _Tasks(request, policy, begins(folder.run, card, policy), watch, follower)
            write_whole(folder.definition, _definition(request.study))
            begun(len(finished))
            stopped = await shopping(tasks.run(finished), folder.root)
            if stopped is None:
                write_answers(folder.root, await _ask(request, policy, asking))
        return RunResult(card=tasks.card, stopped=stopped, folder=folder.run)


def _definition(study: Study) -> bytes:
    return msgspec.json.format(msgspec.json.encode(study)) + b"\n"


def _check_definition(request: StudyRequest) -> None:
    """Another study is not resumed in the folder of this one.

    Raises:
        FolderError: it would be.
    """
    kept = request.folder.definition
    if request.resume and kept.exists() and kept.read_bytes() != _definition(request.study):
        raise FolderError(
            f"cannot resume {request.folder.root}: it holds another study; use the same file and "
            "options, or another folder"
        )


class _Tasks:
    """The tasks of one study, one crowd after another. One use: `run`, then read `card`."""

    def __init__(
        self,
        request: StudyRequest,
        policy: Policy,
        card: RunCard,
        watch: Watch,
        follower: Follower,
    ) -> None:
        self.card = card
        self._follower = follower
        self._request = request
        self._policy = UntilDone(policy, request.study.tasks)
        self._watch = watch

    async def run(self, finished: dict[str, Session]) -> None:
        """
        Raises:
            EnvError: no browser, no shop, or an address that may not be visited.
            OSError: a log cannot be written.
        """
        request, sessions = self._request, dict(finished)
        for task in request.study.tasks:
            crowd = Crowd(
                task_config(request, task),
                self._policy,
                request.folder.run,
                self.card,
                self._watch,
                follower=self._follower,
            )
            try:
                await crowd.run(sessions)
            finally:
                sessions = crowd.sessions
                self.card = crowd.card
            theirs = [s for s in sessions.values() if split_id(s.session_id)[1] == task.id]
            if all(not s.steps for s in theirs):
                return


def task_config(request: StudyRequest, task: Task) -> RunConfig:
    """How the visits of a task are made."""
    study = request.study
    return RunConfig(
        url=start_url(study),
        customers=visits(task, request.people),
        concurrency=request.concurrency or min(8, 2 * (os.cpu_count() or 1)),
        limits=_limits(task),
        allow=study.allow,
        not_purchases=request.not_purchases,
        headed=request.headed,
        screenshots=request.screenshots,
        variant=study.variant,
        window=window(study),
        actions=request.actions,
        see=request.see,
        page_tokens=request.page_tokens,
        access=request.access,
        shop_log=request.folder.shop_log if study.embedded else None,
    )


def _limits(task: Task) -> Limits:
    """One look more than actions: where the last of them led is seen, unless it was to order."""
    looks = task.max_steps if task.success.order else task.max_steps + 1
    return Limits(max_steps=looks, seconds=60 * task.minutes)


async def _ask(request: StudyRequest, policy: Policy, asking: Callable[[], None]) -> SurveyAnswers:
    """What the policy's model answers to the study's questions; a note where it cannot."""
    study, asks = request.study, request.study.questions
    if not (asks.seq or asks.sus or asks.open):
        return SurveyAnswers(note="The study asks no questions.")
    model = model_of(policy)
    if model is None:
        return SurveyAnswers(
            note=f"The policy {policy.name} has no language model that could be asked."
        )
    asking()
    orders = request.folder.orders()
    tasks = {task.id: task for task in study.tasks}

    def outcome(session: Session) -> str:
        return ending(session, tasks[split_id(session.session_id)[1]], orders).why

    sessions = finished_sessions(request.folder.run).values()
    try:
        small = await too_small(model.name)
        return await ask_all(model, study, sessions, outcome, open_from_log=small)
    except PolicyError as error:
        return SurveyAnswers(model=model.name, note=f"Nobody answered: {error}")
