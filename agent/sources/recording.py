"""A person's visit as a session: what they did on the site they agreed to be recorded on.

The same observer, names and kinds as for a virtual customer. The visit ends with an order, as in
every log, or with the closing of the window. Each step is on disk before the next. Knows nothing
of how a page tells what was done (`envs.recording.recorder`), nor of the command line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Error

from agent.sessions.log import SessionLog
from agent.sessions.redaction import Redact, redacted
from agent.sessions.session import (
    FORMAT_VERSION,
    SECRET,
    Finding,
    FindingKind,
    Result,
    Session,
    Step,
)
from agent.sources.login import PersonsBrowser
from envs.acting import purchase_guard
from envs.actions import (
    Action,
    ActionSet,
    Back,
    Click,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Typing,
    action_name,
)
from envs.browser.browser import Browser
from envs.errors import EnvError, Unreachable
from envs.gateway.sites import registrable_domain
from envs.navigation.start_page import cause, check_address
from envs.observation import Observation, Viewport
from envs.page.script import version as simplifier_version
from envs.recording import consent
from envs.recording.recorder import Event, Look, Lost, RecordedAction, Recorder, Returned
from envs.sieve import Sieve, veiled


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What to record. `hosts` are recorded besides the site of `url`; `trusted` believes the
    site's own kinds (the embedded shop); `log` is where steps are kept as they come; with the
    ``full`` `actions` scrolls and returns are kept, too."""

    url: str
    log: Path
    session_id: str
    user_id: str
    site: str
    consent: str
    intent: str | None = None
    hosts: tuple[str, ...] = ()
    redact: Redact = "nothing"
    trusted: bool = False
    actions: ActionSet = "paper"


class NoConsent(EnvError):
    """The person did not agree; nothing was recorded."""


async def record(
    job: Recording,
    browser: Browser | PersonsBrowser,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Session:
    """Ask for consent, open the site and record until the window is closed or an order placed.

    When it is cancelled, the session so far is in `job.log`.

    Raises:
        NoConsent: the person said no or closed the window.
        EnvError: the site cannot be opened.
        OSError: the log cannot be written.
    """
    check_address(job.url)
    own = browser if isinstance(browser, PersonsBrowser) else PersonsBrowser(browser)
    context = await own.window()
    page = await context.new_page()
    try:
        if not await consent.ask(page, job.consent):
            raise NoConsent("no consent was given; nothing was recorded")
        recorder = Recorder(context, job.trusted, job.actions)
        await recorder.watch(page)
        session = _session(job, own.started_from)
        with SessionLog(job.log, session) as log:
            diary = Diary(job, session, log, on_step, own.access.hidden)
            try:
                await page.goto(job.url, wait_until="commit", timeout=60_000)
            except Error as error:
                if page.is_closed():
                    return diary.finish("terminate")
                raise Unreachable(job.url, f"{job.url}: {cause(error.message)}") from error
            async for event in recorder.events():
                diary.add(event)
                if diary.bought:
                    break
            await recorder.close()
            return diary.finish("purchase" if diary.bought else "terminate")
    finally:
        with suppress(Error):  # the browser is gone, and its windows with it
            await context.close()


def cut_short(job: Recording, session: Session) -> Session:
    """A session whose recording was stopped from outside, as it is kept."""
    return redacted(session.with_end("error: the recording was stopped"), job.redact)


class Diary:
    """Makes steps of what a person did, and keeps them."""

    def __init__(
        self,
        job: Recording,
        session: Session,
        log: SessionLog,
        on_step: Callable[[Step], None],
        hidden: Sequence[str] = (),
    ) -> None:
        self._sieve = Sieve()
        for text in hidden:
            self._sieve.add(text)
        self._job = job
        self._session = session
        self._log = log
        self._on_step = on_step
        self._typed: RecordedAction | None = None  # may turn out to be a submission
        self._scrolled: RecordedAction | None = None  # may go on
        self._shown: Observation | None = None
        self._elsewhere = False  # on a page that is not recorded
        self._buying: Observation | None = None
        self._findings: list[Finding] = []
        self.bought = False

    def add(self, event: Event) -> None:
        """Take note of what happened."""
        if isinstance(event, Look):
            self._elsewhere = not self._covers(event.seen)
        if isinstance(event, Returned):
            self._returned(event)
        elif isinstance(event, RecordedAction) and isinstance(event.action, Scroll):
            if self._covers(event.seen):
                self._shown = event.seen
                self._merge(event)
        elif isinstance(event, RecordedAction) and self._covers(event.seen):
            self._shown = event.seen
            self._recorded(event)
        elif isinstance(event, Look) and self._covers(event.seen):
            self._shown = event.seen
            if self._buying is not None and purchase_guard.bought(self._buying, event.seen):
                self.bought = True
        elif isinstance(event, Lost):
            text = f"{event.name!r} was acted on while its page went away; it is not recorded"
            step = len(self._session.steps)
            self._findings.append(Finding(kind=FindingKind.LOST, step=step, text=text))

    def finish(self, end: str) -> Session:
        """The whole visit, ended; `end` is ``purchase`` or ``terminate``."""
        self._flush()
        if end == "terminate" and self._shown is not None:
            self._step(Terminate(), self._shown, "leave", datetime.now(UTC), None)
        findings = tuple(self._findings)
        self._log.end(end, findings)
        return redacted(self._session.with_end(end, findings), self._job.redact)

    def _covers(self, seen: Observation) -> bool:
        """Whether a page is one the person agreed to be recorded on."""
        host = urlsplit(seen.url).hostname or ""
        own = urlsplit(self._job.url).hostname or ""
        if host == own or any(host == h or host.endswith(f".{h}") for h in self._job.hosts):
            return True
        domain = registrable_domain(own)
        return domain is not None and "." in domain and not _is_address(own) and (
            registrable_domain(host) == domain
        )  # fmt: skip

    def _merge(self, scroll: RecordedAction) -> None:
        """Scrolling on in the same direction on the same page is one step, as far as it got."""
        before, self._scrolled = self._scrolled, scroll
        if before is None:
            return
        if (before.action, before.seen.url) == (scroll.action, scroll.seen.url):
            reached = msgspec.structs.replace(before.viewport, depth=scroll.viewport.depth)
            self._scrolled = msgspec.structs.replace(before, viewport=reached)
        else:
            self._write_scroll(before)

    def _write_scroll(self, scroll: RecordedAction) -> None:
        at = datetime.fromtimestamp(scroll.at, UTC)
        self._step(scroll.action, scroll.seen, "other", at, scroll.viewport)

    def _returned(self, event: Returned) -> None:
        """Keep that they went back, unless from a page that is not recorded."""
        self._flush()
        if self._shown is not None and not self._elsewhere:
            at = datetime.fromtimestamp(event.at, UTC)
            self._step(Back(), self._shown, "other", at, None)

    def _recorded(self, recorded: RecordedAction) -> None:
        if self._scrolled is not None:
            scroll, self._scrolled = self._scrolled, None
            self._write_scroll(scroll)
        typed, self._typed = self._typed, None
        if typed is not None and isinstance(recorded.action, Click) and _submits(typed):
            assert isinstance(typed.action, Input)
            action = TypeAndSubmit(typed.action.name, typed.action.text)
            self._write(msgspec.structs.replace(typed, action=action, at=recorded.at))
            return
        if typed is not None:
            self._write(typed)
        if recorded.submits:
            self._typed = recorded
        else:
            self._write(recorded)

    def _flush(self) -> None:
        if self._scrolled is not None:
            scroll, self._scrolled = self._scrolled, None
            self._write_scroll(scroll)
        if self._typed is not None:
            self._write(self._typed)
            self._typed = None

    def _write(self, recorded: RecordedAction) -> None:
        action = recorded.action
        if recorded.secret and isinstance(action, Typing):
            action = type(action)(action.name, SECRET)
        element = recorded.seen.by_name[action_name(action) or ""]
        at = datetime.fromtimestamp(recorded.at, UTC)
        self._step(action, recorded.seen, element.kind, at, recorded.viewport)
        self._buying = recorded.seen if element.kind == "buy" else None

    def _step(
        self,
        action: Action,
        seen: Observation,
        kind: str,
        at: datetime,
        viewport: Viewport | None,
    ) -> None:
        """Keep a step; the clock of the page may be a little off, but it never runs backwards."""
        before = self._session.steps[-1].timestamp if self._session.steps else None
        element = seen.by_name.get(action_name(action) or "")
        seen = veiled(seen, self._sieve)
        if isinstance(action, Typing):
            action = msgspec.structs.replace(action, text=self._sieve(action.text))
        step = Step(
            index=len(self._session.steps),
            timestamp=max(at, before or self._session.started_at),
            url=seen.url,
            title=seen.title,
            context=seen.html,
            action=action,
            result=Result(ok=True),
            kind=kind,
            names=seen.names,
            box=element.box if element else None,
            viewport=viewport,
        )
        self._session = self._session.with_step(step)
        written = redacted(self._session, self._job.redact).steps[-1]
        self._log.step(written)
        self._on_step(written)


def _submits(typed: RecordedAction) -> bool:
    """A search typed and sent by its button is one action, as with Enter; a form of many fields
    is typing, and a press on its button."""
    return typed.seen.by_name[action_name(typed.action) or ""].kind == "search"


def _session(job: Recording, started_from: str | None) -> Session:
    return Session(
        session_id=job.session_id,
        user_id=job.user_id,
        site=job.site,
        started_at=datetime.now(UTC),
        source="recorded",
        intent=job.intent,
        versions={
            "format": FORMAT_VERSION,
            "simplifier": simplifier_version(),
            "consent": hashlib.sha256(job.consent.encode()).hexdigest()[:12],
        },
        started_from=started_from,
    )


def _is_address(host: str) -> bool:
    return ":" in host or re.fullmatch(r"[\d.]+", host) is not None
