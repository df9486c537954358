"""One customer's world: open a page, look at it, act on it.

The meeting point of eyes and hands: what is seen is acted on, and what became of it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from playwright.async_api import BrowserContext, Error, Page

from envs.acting import element, purchase_guard
from envs.acting.browsing import BrowsingHands
from envs.acting.executor import Executor, missed
from envs.actions import (
    Action,
    Browsing,
    Click,
    ElementAction,
    Input,
    Terminate,
    TypeAndSubmit,
    Typing,
)
from envs.deadline import Clock, Deadline
from envs.errors import (
    DeadlinePassed,
    EmptyPage,
    EnvError,
    NavigatesForever,
    NotLetIn,
    PageHung,
    Refused,
    StartError,
)
from envs.faults import ActionFault, Fault
from envs.held import Held
from envs.navigation import screenshots, start_page
from envs.navigation.eyes import Eyes
from envs.navigation.guarded import GuardedWindows
from envs.navigation.login import Login
from envs.navigation.login_page import asks_to_log_in
from envs.navigation.moving_picture import MovingPicture
from envs.navigation.page_clock import page_ms
from envs.navigation.settle import mark
from envs.navigation.steps import AFTER_S, Steps
from envs.navigation.tabs import Tabs
from envs.navigation.troubles import Troubles
from envs.observation import Observation
from envs.options import EnvOptions
from envs.outcome import Outcome
from envs.page.script import PageScriptGone
from envs.recording.rrweb import RrwebRecording
from envs.sieve import Sieve


class Environment:
    """The windows of one customer, in a browser context of their own.

    Use one at a time from one task. Every method raises `envs.errors.EnvError` when the visit
    cannot go on, with a message that names the cause.
    """

    def __init__(
        self,
        context: BrowserContext,
        options: EnvOptions | None = None,
        explain: start_page.Explain = start_page.unexplained,
        clock: Clock | None = None,
        home: str | None = None,
        recording: RrwebRecording | None = None,
    ) -> None:
        """`recording`, installed in the context, is kept up with what happens. `explain` is
        `Gateway.explain` where the context goes through a gateway; `clock` is the
        one that `enforce_robots_txt` lets stand still. A visit as a whole goes by the time that
        passes. `home` is the address that whoever opens the environment means visits to begin at.
        """
        self.options = options or EnvOptions()
        self.home = home
        self._clock = clock or Clock()
        self._explain = explain
        self._recording = recording
        self._context = context
        self._tabs = Tabs(context, self.options, self._clock)
        self._guarded = GuardedWindows(self._tabs) if self._tabs.guard is not None else None
        self._sieve = Sieve()
        self._troubles = Troubles(context, self._sieve)
        self._steps = Steps(self._tabs, self.options, self._clock, self._sieve)
        self._eyes = Eyes(self._tabs, self.options, self._steps, explain, self._sieve)
        self._executor = Executor(self._tabs, self.options, self._eyes.rest)
        self._browsing = BrowsingHands(self._tabs, self.options, self._eyes)
        self._seen: Observation | None = None
        self._ahead: Observation | None = None
        self._login = Login(self._tabs, self.options, self._sieve)
        self._prepared = False
        self._camera = asyncio.Lock()
        self.not_let_in = ""
        """Why the site let nobody in, when the visit could not begin for that."""
        for text in self.options.hidden:
            self._sieve.add(text)

    @property
    def page(self) -> Page:
        """The window looked at, for what this class does not offer."""
        return self._tabs.current.page

    async def start(self, url: str) -> None:
        """Open the start page and wait until it is at rest. What another try may mend is tried
        once more.

        Raises:
            StartError: the address shows no page; its subclass and message say why.
        """
        self._steps.begin()
        self._troubles.begin(url)
        try:
            await self._open_again_if_passing(url)
            await self._login.check_start(url)
        except NotLetIn as error:
            self.not_let_in = str(error)
            raise
        except Refused as error:
            self.not_let_in = self._login.refused(error)
            if not self.not_let_in:
                raise
            raise NotLetIn(url, self.not_let_in) from error
        self._login.begin()

    async def prepare(self, url: str) -> None:
        """Open a page in the window in which the visit will then `start`, to log in there: a page
        to log in at is what is wanted, and what is done is no part of the visit."""
        self._steps.begin()
        await self._open_again_if_passing(url)
        self._prepared = True

    async def asks_to_log_in(self) -> bool:
        """Whether the page looked at is one to log in at."""
        return await asks_to_log_in(self.page)

    async def picture(self) -> bytes | None:
        """What the window shows, without secrets; None if that cannot be had."""
        try:
            async with self._camera:  # one must not uncover what another is taking
                return await screenshots.take(self._tabs.current, secrets=self._sieve.secrets)
        except (Error, PageScriptGone, EnvError):
            return None

    def moving_picture(self) -> AsyncGenerator[bytes, None]:
        """The window as small JPEGs, a few a second and only when something changes, without
        secrets; from when it is asked for until it is closed."""
        return MovingPicture(self._tabs, self._sieve, self.picture).frames()

    def paused(self, seconds: float) -> None:
        """Add to the time of the visit as a whole what was spent waiting for whoever watches."""
        self._steps.extend(seconds)

    def discreet(self, text: str) -> str:
        """`text` without secrets."""
        return self._sieve(text)

    async def _open_again_if_passing(self, url: str) -> None:
        try:
            await self._open(url)
        except (StartError, DeadlinePassed, PageHung) as error:
            if self._steps.over or (isinstance(error, StartError) and not error.passing):
                raise
            await self._open(url, again=True)

    async def _open(self, url: str, again: bool = False) -> None:
        """Open the start page in a window of its own; `again`, in place of the one before."""
        self._eyes.url = url
        async with self._steps.step("opening the start page") as deadline:
            if again:
                await self._tabs.replace_crashed(self._tabs.current)
                self._tabs.take_notices()
            elif self._prepared:
                self._ahead = self._seen = None
                self._tabs.take_notices()
            else:
                await self._tabs.open()
            if self._guarded is not None:
                await self._guarded.begin()
            since = mark(self._tabs)
            await start_page.go(self._tabs, url, self.options, deadline, self._explain)
            rest = await self._eyes.rest(deadline, since)
            if rest.state == "redirecting":
                raise NavigatesForever(f"{url} keeps leaving for another page; it is never at rest")
            await start_page.check_document(self._tabs.current, url)
            if self._prepared:
                await self._tabs.forget_history()
            self._ahead = await self._eyes.look(deadline)
            if not self._ahead.html.strip():
                raise EmptyPage(url, f"{url} shows nothing: the page is empty")

    async def observe(self) -> Observation:
        """What the customer sees now, with notices of what happened since the last look."""
        self._keep_recording()
        if self._ahead is not None:
            self._seen, self._ahead = self._ahead, None
            self._eyes.begun = True
            return self._seen
        async with self._steps.step("looking at the page") as deadline:
            self._seen = await self._eyes.look(deadline)
            await self._login.check(self._seen)
        self._eyes.begun = True
        return self._seen

    async def act(self, action: Action) -> Outcome:
        """Carry out `action` on the page last observed, at most once, and wait for its effects."""
        if isinstance(action, Terminate):
            async with self._steps.step("leaving"):
                return Outcome(
                    kind="leave",
                    load=self._eyes.load,
                    screenshot=await self._picture(),
                    troubles=self._troubles.take(),
                )
        if self._seen is None:
            return Outcome(executed=False).with_fault(ActionFault.of(Fault.NOTHING_OBSERVED))
        if (illegal := self._seen.fault(action)) is not None:
            return Outcome(executed=False).with_fault(illegal)
        if isinstance(action, Browsing):
            return await self._browse(action)
        kind = self._seen.by_name[action.name].kind
        self._login.act(action)
        async with self._steps.step("acting") as deadline:
            self._ahead = None
            try:
                return self._discreet(await self._act(action, self._seen, deadline))
            except element.ActionFailed as error:
                picture = await self._picture()
                undone = Outcome(
                    executed=False,
                    kind=kind,
                    load=self._eyes.load,
                    screenshot=picture,
                    secret=await self._executor.secret(action) is not False,
                )
                return self._discreet(undone.with_fault(error.fault))

    async def close(self) -> None:
        """Close all windows. A browser that is already gone is no error."""
        self._steps.end()
        if self._guarded is not None:
            self._guarded.end()
        self._keep_recording()
        await self._tabs.close()
        try:
            await self._context.close()
        except Error:
            return

    async def _browse(self, action: Browsing) -> Outcome:
        """Look further. Nothing is pressed, so nothing is ordered by it: what the page sends of
        itself meanwhile is judged as what it sends at any other time."""
        async with self._steps.step("acting") as deadline:
            self._ahead = None
            picture = await self._picture()
            started = deadline.left
            try:
                done = await self._browsing.do(action, deadline)
            except element.ActionFailed as error:
                done = Outcome(executed=False).with_fault(error.fault)
            return self._discreet(
                done.replace(
                    load=self._eyes.load,
                    screenshot=picture,
                    settle_ms=(started - deadline.left) * 1000,
                )
            )

    async def _act(self, action: ElementAction, seen: Observation, deadline: Deadline) -> Outcome:
        tab = self._tabs.current
        if tab is not self._eyes.seen_in:
            raise element.ActionFailed(ActionFault.of(Fault.WINDOW_CHANGED))
        aim = await self._executor.aim(action)
        buying = purchase_guard.buys(action, seen, aim)
        kind = seen.by_name[action.name].kind
        picture = await self._picture()
        done = Outcome(
            kind=kind,
            box=aim.box,
            viewport=aim.viewport,
            load=self._eyes.load,
            screenshot=picture,
            secret=isinstance(action, Typing) and aim.secret,
        )
        guard = self._tabs.guard
        if self._guarded is not None:
            await self._guarded.act(action, kind)
        held = buying and guard is not None and not guard.lets(action)
        if guard is not None and held and (isinstance(action, Click) or not aim.blank):
            guard.end()
            return done.replace(executed=False, purchase=True, held=_by_words(action.name))
        since = mark(self._tabs, tab.observer.frame_of(action.name))
        started = deadline.left
        fault = await self._executor.do(action, aim)
        if await self._executor.secret(action):
            done = done.replace(secret=True)  # it shows only now: a card number in any field
        await self._remember(action, done.secret)
        # Held back in a form that is not filled in yet: type, but do not press Enter.
        try:
            if isinstance(action, TypeAndSubmit) and not held and fault is None:
                fault = await self._executor.submit(action, aim, deadline)
        except purchase_guard.PurchaseBlocked as order:
            await self._eyes.rest(deadline, since)
            if guard is not None:
                guard.end()
            if order.blank:
                return done
            return done.replace(executed=False, purchase=True, held=_by_words(action.name))
        rest = await self._eyes.rest(deadline, since)
        done = done.replace(
            settle_ms=(started - deadline.left) * 1000,
            page_ms=await self._page_ms(replaced=rest.replaced),
        )
        if guard is not None:
            await guard.settled()
            guard.end()
            if order_held := guard.take():
                pressed = order_held.layer == "request"
                return done.replace(executed=pressed, purchase=True, held=order_held)
        fault = fault or missed(rest, action.name)
        if isinstance(action, Input) and fault is None and not (rest.replaced or rest.changes):
            fault = await self._executor.kept(action)
        if fault is not None:
            return done.with_fault(fault)
        if not buying or guard is not None:
            return done
        try:
            self._ahead = await self._eyes.look(Deadline(AFTER_S, self._clock))
        except EnvError:
            return done  # the order may be placed, and is told; the next look says what is wrong
        return done.replace(purchase=rest.status < 400 and purchase_guard.bought(seen, self._ahead))

    async def _page_ms(self, *, replaced: bool) -> float | None:
        return await page_ms(self._tabs.current, replaced=replaced, within=self.options.call_s)

    async def _remember(self, action: Action, secret: bool) -> None:
        """What was typed as a secret is not told again, wherever a page shows it."""
        if secret and isinstance(action, Typing):
            self._sieve.add(await self._executor.revealed(action))

    def _discreet(self, outcome: Outcome) -> Outcome:
        if outcome.held is not None:
            outcome = outcome.replace(held=outcome.held.through(self._sieve))
        error = outcome.error and self._sieve(outcome.error)
        return outcome.replace(error=error, troubles=self._troubles.take())

    def _keep_recording(self) -> None:
        """Write what was recorded so far, now that it is known what of it is secret."""
        if self._recording is not None:
            self._recording.flush(self._sieve)

    async def _picture(self) -> bytes | None:
        """What the customer sees before acting, if pictures are wanted and can be had."""
        return await self.picture() if self.options.screenshots else None


def _by_words(name: str) -> Held:
    """An action held back before anything was pressed."""
    return Held(layer="words", reason="what it says is that it orders", pressed=name)
