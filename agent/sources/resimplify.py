"""Logs that hold raw HTML, simplified again by the in-page script in a browser.

Pages are opened offline and with their scripts off. A live run's own snapshots give the same
bytes as when they were taken; anybody else's HTML is a best effort.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import msgspec

from agent.sessions.session import RecordError, Session, Step
from envs.actions import action_name
from envs.browser.browser import Browser
from envs.errors import EnvError
from envs.observation import Observation
from envs.page.observer import Observer
from envs.page.saved_page import open_saved
from envs.page.script import PageScriptGone
from envs.page.script import version as simplifier_version

DEADLINE = 60.0
"""Seconds one page may take."""


class Simplified(msgspec.Struct, frozen=True):
    """A session with new contexts. `pages` had raw HTML; on `lost` of them the element acted on
    is no longer found by its name."""

    session: Session
    pages: int
    lost: int


async def simplify_sessions(
    sessions: Iterator[Session],
    browser: Browser,
    *,
    trusted: bool = False,
    keep_raw: bool = False,
    at_once: int = 4,
) -> AsyncIterator[Simplified | RecordError]:
    """Every session with its pages simplified again, in order; an error where a page cannot be.

    `at_once` sessions are worked on at a time. `trusted`: the pages' own kinds are believed, as
    those of the embedded shop are.
    """
    working: list[asyncio.Task[Simplified | RecordError]] = []
    try:
        for session in sessions:
            work = _simplify(session, browser, trusted=trusted, keep_raw=keep_raw)
            working.append(asyncio.create_task(work))
            if len(working) >= at_once:
                yield await working.pop(0)
        while working:
            yield await working.pop(0)
    finally:
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)


async def _simplify(
    session: Session, browser: Browser, *, trusted: bool, keep_raw: bool
) -> Simplified | RecordError:
    steps, pages, lost = [], 0, 0
    for step in session.steps:
        if step.raw_html is None:
            steps.append(step)
            continue
        try:
            seen = await _look(browser, step.raw_html, trusted=trusted)
        except (EnvError, PageScriptGone, TimeoutError) as error:
            reason = str(error) or f"it took more than {DEADLINE:.0f} s"
            return RecordError(f"session {session.session_id}, step {step.index}: {reason}")
        pages += 1
        name = action_name(step.action)
        lost += name is not None and name not in seen.by_name
        steps.append(_renewed(step, seen, keep_raw=keep_raw))
    versions = session.versions
    if pages:
        versions = {**versions, "simplifier": simplifier_version(), "contexts": "from raw HTML"}
    return Simplified(
        msgspec.structs.replace(session, steps=tuple(steps), versions=versions), pages, lost
    )


async def _look(browser: Browser, raw_html: str, *, trusted: bool) -> Observation:
    data = raw_html.encode("utf-8", "replace")
    async with asyncio.timeout(DEADLINE), open_saved(browser, data) as world:
        return await Observer(world, trusted).observe()


def _renewed(step: Step, seen: Observation, *, keep_raw: bool) -> Step:
    return msgspec.structs.replace(
        step,
        context=seen.html,
        names=seen.names,
        raw_html=step.raw_html if keep_raw else None,
    )
