"""Carrying out a study: every participant does every task, each in a fresh visit, with the crowd.

Knows the study and the crowd; measures and findings are made from the logs afterwards.
"""

from __future__ import annotations

from agent.personas.personas import Customer
from agent.policies.policy import Policy
from agent.runs.card import RunCard
from agent.runs.config import RunConfig
from agent.runs.crowd import Crowd
from agent.runs.folder import going_on
from agent.runs.visit import Limits, Watch
from agent.sessions.session import Session
from agent.study.definition import Study, Task
from agent.study.folder import StudyFolder
from agent.study.load import start_url, visits, window
from agent.study.success import UntilDone, split_id


class Conduct:
    """One study being carried out. One use: `run`, then read `sessions` and `card`."""

    def __init__(
        self,
        study: Study,
        people: list[Customer],
        policy: Policy,
        folder: StudyFolder,
        card: RunCard,
        watch: Watch,
        *,
        concurrency: int,
        headed: bool = False,
        screenshots: bool = True,
    ) -> None:
        self.study = study
        self.card = going_on(folder.run, card)
        self.sessions: dict[str, Session] = {}
        self._people = people
        self._policy = UntilDone(policy, study.tasks)
        self._folder = folder
        self._watch = watch
        self._concurrency = concurrency
        self._headed = headed
        self._screenshots = screenshots

    async def run(self, finished: dict[str, Session]) -> None:
        """All tasks in their order; stops early when nobody could even begin the first of them.

        Raises:
            EnvError: no browser, no shop, or an address that may not be visited.
            OSError: a log cannot be written.
        """
        self.sessions.update(finished)
        for task in self.study.tasks:
            crowd = Crowd(
                self._config(task), self._policy, self._folder.run, self.card, self._watch
            )
            try:
                await crowd.run(self.sessions)
            finally:
                self.sessions = crowd.sessions
                self.card = crowd.card
            theirs = [s for s in self.sessions.values() if split_id(s.session_id)[1] == task.id]
            if all(not s.steps for s in theirs):
                return

    def _config(self, task: Task) -> RunConfig:
        return RunConfig(
            url=start_url(self.study),
            customers=visits(task, self._people),
            concurrency=self._concurrency,
            limits=_limits(task),
            allow=self.study.allow,
            headed=self._headed,
            screenshots=self._screenshots,
            variant=self.study.variant,
            window=window(self.study),
            shop_log=self._folder.shop_log if self.study.embedded else None,
        )


def _limits(task: Task) -> Limits:
    """One look more than actions: where the last of them led is seen, unless it was to order."""
    looks = task.max_steps if task.success.order else task.max_steps + 1
    return Limits(max_steps=looks, seconds=60 * task.minutes)
