"""Many customers at once on this machine: a few visits at a time, each in a window of its own.

Hands each customer a place, sees to it that a visit lost with its browser is made again, and keeps
the run card. What customers share is `agent.runs.environments`, how a single visit goes
`agent.runs.visit`; what is printed is `shopper.run_progress`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    nullcontext,
)
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from agent.personas.personas import Customer, new_session
from agent.policies.policy import Policy, RunOver
from agent.runs.card import RunCard, RunFolder, with_totals
from agent.runs.config import RunConfig
from agent.runs.environments import EnvironmentPool, open_environments
from agent.runs.folder import totals, without_pages
from agent.runs.follow import NOBODY, Follower
from agent.runs.login_script import LoginScriptFailed
from agent.runs.records import InFolder, Records
from agent.runs.visit import Log, Watch, visit, watching
from agent.sessions.outcome import error_text, failed
from agent.sessions.session import Finding, Session, Step
from envs.browser.browser import Browser
from envs.browser.pool import BrowserPool
from envs.errors import BrowserGone, BrowserMissing, EnvError, NotLetIn
from envs.navigation.login import LOST
from envs.recording.rrweb import RrwebRecording

__all__ = ["CARD_EVERY", "Crowd", "Next", "Turn", "default_folder"]

CARD_EVERY = 5.0
"""Seconds between two writings of the run card while the run goes on."""
ATTEMPTS = 5
"""So often a visit is begun, when each time the browser dies under it."""


Turn = Callable[[str], AbstractAsyncContextManager[None]]
"""A customer's turn to shop, by session id: entered before the visit, left after it."""


Next = Callable[[], Awaitable[Customer | None]]
"""Gives the next customer to let in, None when there are no more."""


class Crowd:
    """Sends a plan's customers to its site. One use: `run`, then read `sessions` and `card`."""

    def __init__(
        self,
        config: RunConfig,
        policy: Policy,
        folder: RunFolder,
        card: RunCard,
        watch: Watch,
        turn: Turn = lambda session_id: nullcontext(),
        records: Records | None = None,
        browsers: BrowserPool | None = None,
        follower: Follower = NOBODY,
    ) -> None:
        """`card` may tell of an earlier part of the run; this one is added to it. `turn` is held
        during a visit: whoever runs several crowds says there who goes when. `records` is where
        everything is kept, `folder` if None. `browsers` are shared with other crowds."""
        self.config = config
        self.policy = policy
        self.folder = folder
        self.records = records or InFolder(folder)
        self.card = card
        self.watch = watching(watch)
        self.turn = turn
        self.follower = follower
        self.sessions: dict[str, Session] = {}
        """Finished visits by id, without the pages that were seen."""
        self._browsers = browsers
        self._stage: EnvironmentPool | None = None
        self._notes = card.notes
        self._before = card
        self._repeated = 0
        self._started = time.monotonic()

    async def run(self, finished: dict[str, Session]) -> None:
        """Let everyone shop who is not in `finished`; returns when the last visit is over.

        However it ends, the run card says what was reached.

        Raises:
            EnvError: no browser, no shop, or a URL that may not be visited.
            OSError: a log cannot be written.
        """
        self.sessions.update(finished)
        self.follower.begins(finished.values())
        waiting = [c for c in self.config.customers if c.session_id not in finished]
        queue = iter(waiting)

        async def next_customer() -> Customer | None:
            return next(queue, None)

        await self.serve(next_customer, min(self.config.concurrency, len(waiting)))

    async def serve(self, next_customer: Next, at_once: int) -> None:
        """As `run`, for customers that are named one by one, at most `at_once` at a time."""
        self._started = time.monotonic()
        self.save()
        try:
            async with open_environments(self.config, self._browsers) as environments:
                self._stage = environments
                async with environments.browsers.acquire() as browser:
                    self._note_browser(browser)
                await self._let_in(environments)
                await self._work(environments, next_customer, at_once)
        finally:
            self.save(over=True)

    async def _let_in(self, environments: EnvironmentPool) -> None:
        """See that the site lets this run in.

        Raises:
            EnvError: it does not.
        """
        try:
            await environments.knock()
        except LoginScriptFailed as error:
            raise EnvError(self._with_picture(error)) from error

    def _with_picture(self, error: EnvError) -> str:
        """What is told of a login that failed, and where the picture of it is."""
        image = error.picture if isinstance(error, LoginScriptFailed) else None
        return f"{error}; {self.records.failure(image)} shows the page" if image else str(error)

    def save(self, *, over: bool = False) -> None:
        """Write the run card as things stand."""
        refused = Counter(self._before.refused)
        refused.update(self._stage.refused if self._stage else {})
        seconds = self._before.totals.seconds + time.monotonic() - self._started
        self.card = msgspec.structs.replace(
            with_totals(self.card, totals(self.sessions.values(), seconds)),
            finished_at=datetime.now(UTC) if over else None,
            refused=dict(sorted(refused.items())),
            notes=tuple(dict.fromkeys((*self._notes, *self._what_broke(), *self._who_was_out()))),
        )
        self.records.card(self.card)

    async def _work(self, environments: EnvironmentPool, next_customer: Next, at_once: int) -> None:
        async def worker() -> None:
            while (customer := await next_customer()) is not None:
                async with self.turn(customer.session_id):
                    await self._one(environments, customer)

        keeper = asyncio.create_task(self._keep_card())
        workers = [asyncio.create_task(worker()) for _ in range(at_once)]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in (keeper, *workers):
                task.cancel()
            await asyncio.gather(keeper, *workers, return_exceptions=True)

    async def _one(self, environments: EnvironmentPool, customer: Customer) -> None:
        """One customer's visit from log to log, made again when the browser dies under it."""
        most = ATTEMPTS if self.config.repeatable else 1
        for attempt in range(1, most + 1):
            session = new_session(
                customer,
                site=self.card.site,
                policy=self.policy.name,
                versions=self.card.versions,
                started_from=self.config.access.started_from,
            )
            with self.records.log(session) as log:
                done, lost, not_let_in = await self._attempt(environments, session, log)
                if not_let_in:
                    raise RunOver(not_let_in)  # the visit begins when the run goes on
                if not lost or attempt == most:
                    log.end(done.end or "", done.findings)
                    self.sessions[done.session_id] = without_pages(done)
                    self.watch(done, done.end or "")
                    return
            self._repeated += 1

    async def _attempt(
        self, environments: EnvironmentPool, session: Session, log: Log
    ) -> tuple[Session, bool, str]:
        """The visit as it went, whether it broke off because the browser ended, and why nobody
        else will be let in either."""
        try:
            async with AsyncExitStack() as stack:
                browser = await stack.enter_async_context(environments.browsers.acquire())
                recording = stack.enter_context(self._recording(session))
                async with environments.acquire(
                    browser, session.session_id, session.seed, recording
                ) as environment:
                    self.follower.enters(session.session_id, environment)
                    try:
                        done = await visit(
                            environment,
                            self.policy,
                            session,
                            _Open(log),
                            url=environments.url,
                            limits=self.config.limits,
                            watch=self._watch_under_way,
                            save_screenshot=partial(self.records.picture, session.session_id),
                            hidden=self.config.access.hidden,
                            follower=self.follower,
                        )
                    finally:
                        self.follower.leaves(session.session_id)
                return done, failed(done) and not browser.alive, environment.not_let_in
        except EnvError as error:
            lost = isinstance(error, BrowserGone | BrowserMissing)
            shut = self._with_picture(error) if isinstance(error, NotLetIn) else ""
            return session.with_end(f"error: {error}"), lost, shut

    def _recording(self, session: Session) -> AbstractContextManager[RrwebRecording | None]:
        if not self.config.rrweb:
            return nullcontext()
        return RrwebRecording(self.folder.recording(session.session_id))

    def _watch_under_way(self, session: Session, doing: str) -> None:
        """A visit's end is told when it is known that it counts."""
        if session.end is None:
            self.watch(session, doing)

    async def _keep_card(self) -> None:
        while True:
            await asyncio.sleep(CARD_EVERY)
            self.save()

    def _note_browser(self, browser: Browser) -> None:
        """Which browser it was, and whether it had to run without its sandbox."""
        notes = () if browser.sandboxed else ("the browser ran without its sandbox",)
        self._notes = (*self._notes, *notes)
        self.card = msgspec.structs.replace(
            self.card, versions={**self.card.versions, "chromium": browser.version}
        )

    def _who_was_out(self) -> tuple[str, ...]:
        """How many visits lost their login, and how."""
        lost = [s for s in self.sessions.values() if failed(s) and error_text(s).startswith(LOST)]
        if not lost:
            return ()
        many = f"{len(lost)} visits" if len(lost) > 1 else "one visit"
        return (f"{many} ended because {error_text(lost[0])}",)

    def _what_broke(self) -> tuple[str, ...]:
        died = self._stage.browsers.died if self._stage else 0
        if not died and not self._repeated:
            return ()
        return (
            f"the browser ended by itself {died} times; {self._repeated} times a visit that was "
            "lost with it began again",
        )


class _Open:
    """A visit's log that is left open: whether its end counts is not for the visit to say."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def step(self, step: Step) -> None:
        self._log.step(step)

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None:
        """The crowd writes it."""


def default_folder(root: Path = Path("runs")) -> Path:
    """A folder named after this moment."""
    return root / datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
