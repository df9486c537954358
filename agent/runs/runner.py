"""A run from beginning to end: claim its folder, load the policy, let everyone shop, keep the card.

`run` is the whole of it. A comparison, a study and a cluster send customers in ways of their own
and are made of the same parts: `claimed`, `loaded`, `begins`, `shopping`. Nothing here listens to
signals: whoever wants a run to stop cancels the task that awaits it, and what was reached is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

from agent.personas.personas import Customer
from agent.policies import name_of, opened
from agent.policies.budget import Budget, Budgeted
from agent.policies.options import offering
from agent.policies.policy import Policy, RunOver
from agent.prompts.prompt import PageTokens
from agent.runs.card import RunCard, RunFolder
from agent.runs.config import RunConfig, run_card
from agent.runs.crowd import Crowd
from agent.runs.folder import (
    CannotWrite,
    check_budget,
    claim,
    going_on,
    iter_finished,
    iter_unfinished,
    read_card,
)
from agent.runs.follow import NOBODY, Follower
from agent.runs.lock import locked
from agent.runs.visit import Watch, WatchFailed
from agent.sessions.session import Session
from envs.actions import ActionSet

Begun = Callable[[int], None]
"""Called when shopping begins, with how many visits were over before."""


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A run to be carried out: the plan, who decides, and where it is kept.

    `policy` is a name as given to ``--policy``, loaded for the run, or a policy that is there
    already and stays its owner's, which may be any object that can decide. `resume` goes on with
    the run in `folder`; with `retry_failed` visits that ended in an error start again, too.
    `budget` bounds what this call spends.
    """

    config: RunConfig
    policy: str | Policy
    folder: RunFolder
    seed: int = 0
    resume: bool = False
    retry_failed: bool = False
    budget: Budget | None = None

    def card(self) -> RunCard:
        """The card of a run that has not begun."""
        return run_card(self.config, name_of(self.policy), self.seed)

    def claimed(self) -> AbstractContextManager[dict[str, Session]]:
        """The folder, for this run alone; see `claimed`."""
        return claimed(
            self.folder,
            self.card(),
            resume=self.resume,
            retry_failed=self.retry_failed,
            customers=self.config.customers,
        )


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is over, as its folder tells of it. `stopped` is why it ended before everyone had
    shopped; None if it did not. The card's totals are of finished visits."""

    card: RunCard
    stopped: str | None
    folder: RunFolder

    @classmethod
    def kept(cls, folder: RunFolder, stopped: str | None = None) -> Self:
        """What a folder holds of a run; `stopped` is as the card tells unless it is said.

        Raises:
            FolderError: none, or its card cannot be read.
        """
        card = read_card(folder)
        return cls(card=card, stopped=stopped or card.stopped, folder=folder)

    def sessions(self) -> Iterator[Session]:
        """Every finished visit, by session id, read from its log when it is its turn: all pages
        of a large run do not fit into memory. Logs cut off or damaged are left out."""
        return iter_finished(self.folder)

    def unfinished(self) -> Iterator[Session]:
        """Every visit that had begun when the run was stopped or killed, as far as it came, in the
        same way; its `end` is None. A run that goes on makes it again, from the start."""
        return iter_unfinished(self.folder)


async def run(
    request: RunRequest,
    watch: Watch = lambda session, doing: None,
    begun: Begun = lambda finished: None,
    follower: Follower = NOBODY,
) -> RunResult:
    """Send everyone to the site who has not finished there.

    However it ends, also when the awaiting task is cancelled, the folder holds every step that was
    taken and a card that says what was reached.

    Raises:
        FolderError: the folder cannot be used for this run.
        PolicyError: the policy cannot be loaded.
        EnvError, SiteError: no browser, no shop, or a URL that may not be visited.
        CannotWrite: the folder cannot be written, or not any more.
    """
    folder = request.folder
    with request.claimed() as finished:
        async with loaded(
            request.policy,
            request.budget,
            request.config.actions,
            request.config.page_tokens,
        ) as policy:
            card = begins(folder, request.card(), policy)
            crowd = Crowd(request.config, policy, folder, card, watch, follower=follower)
            begun(len(finished))
            stopped = await shopping(crowd.run(finished), folder.root)
        return RunResult(card=crowd.card, stopped=stopped, folder=folder)


@contextmanager
def claimed(
    folder: RunFolder,
    card: RunCard,
    *,
    resume: bool,
    retry_failed: bool = False,
    customers: Sequence[Customer] = (),
) -> Iterator[dict[str, Session]]:
    """A run's folder, for this run alone; gives the sessions that are finished there, as `claim`.

    A folder in which no run has begun is left as it was found.

    Raises:
        FolderError: it cannot be used for this run, or another one is at work there.
        CannotWrite: it cannot be written.
    """
    with locked(folder.root):
        try:
            finished = claim(
                folder, card, resume=resume, retry_failed=retry_failed, customers=customers
            )
        except OSError as error:
            raise CannotWrite(f"cannot write to {folder.root}: {error}") from error
        try:
            yield finished
        finally:
            if not folder.card.exists():
                with suppress(OSError):
                    folder.sessions.rmdir()


@asynccontextmanager
async def loaded(
    policy: str | Policy,
    budget: Budget | None = None,
    actions: ActionSet = "paper",
    page_tokens: PageTokens = None,
) -> AsyncIterator[Policy]:
    """As `agent.policies.opened`, offered these `actions`, with what may be spent in this call."""
    async with opened(policy, offering(actions, page_tokens)) as found:
        yield found if budget is None else Budgeted(found, budget)


def begins(folder: RunFolder, card: RunCard, policy: Policy) -> RunCard:
    """The card with which shopping begins: with what an earlier part of the run told of itself,
    and how the policy is set.

    Raises:
        FolderError: that part was shown pages within another budget.
    """
    if folder.card.exists():
        check_budget(str(folder.root), read_card(folder).policy_settings, policy.settings)
    card = going_on(folder, card)
    return msgspec.structs.replace(card, policy_settings=dict(policy.settings))


async def shopping(visits: Awaitable[None], where: Path | str) -> str | None:
    """Wait until everyone has shopped; returns why they could not all, None if they could. What
    whoever watches raised is raised as it was.

    Raises:
        CannotWrite: `where` cannot be written any more.
    """
    try:
        await visits
    except RunOver as over:
        return f"stopped: {over}"
    except WatchFailed as failed:
        raise failed.why from failed.why.__cause__
    except OSError as error:
        raise CannotWrite(
            f"cannot write to {where}: {error}; what was written is kept, make room and add "
            "--resume"
        ) from error
    return None
