"""A person's visit as a session: what they did on the site they agreed to be recorded on.

The same observer, names and kinds as for a virtual customer. The visit ends with an order, as in
every log, or with the closing of the window. Each step is on disk before the next. Knows nothing
of how a page tells what was done (`envs.recording.recorder`), nor of the command line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Error

from agent.sessions.log import SessionLog
from agent.sessions.redaction import Redact, redacted
from agent.sessions.session import (
    FORMAT_VERSION,
    Session,
    Step,
)
from agent.sources.diary import Diary
from agent.sources.login import PersonsBrowser
from envs.actions import (
    ActionSet,
)
from envs.browser.browser import Browser
from envs.errors import EnvError, Unreachable
from envs.gateway.sites import registrable_domain
from envs.navigation.start_page import cause, check_address
from envs.observation import Observation
from envs.page.script import version as simplifier_version
from envs.recording import consent
from envs.recording.recorder import Recorder


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What to record. `hosts` are recorded besides the site of `url`; `trusted` believes the
    site's own kinds (the embedded shop); `log` is where steps are kept as they come; with the
    ``full`` `actions` scrolls, returns and what was opened by the pointer are kept, too."""

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
            diary = Diary(
                session,
                log,
                redact=job.redact,
                covers=partial(_covers, job),
                on_step=on_step,
                hidden=own.access.hidden,
            )
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


def _covers(job: Recording, seen: Observation) -> bool:
    """Whether a page is one the person agreed to be recorded on."""
    host = urlsplit(seen.url).hostname or ""
    own = urlsplit(job.url).hostname or ""
    if host == own or any(host == h or host.endswith(f".{h}") for h in job.hosts):
        return True
    domain = registrable_domain(own)
    return domain is not None and "." in domain and not _is_address(own) and (
        registrable_domain(host) == domain
    )  # fmt: skip
