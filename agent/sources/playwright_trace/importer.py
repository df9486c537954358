"""Traces of Playwright as sessions: what a script, or a person who was recorded, did in a browser.

Each page is opened as a saved one, offline and with its scripts off, so pages are a best effort:
frames in them are left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from agent.runs.visit import NoLog
from agent.sessions.redaction import redacted
from agent.sessions.session import FORMAT_VERSION, Session
from agent.sources.diary import Diary
from agent.sources.playwright_trace.snapshots import MARK
from agent.sources.playwright_trace.trace import Trace, TracedAction
from agent.sources.rrweb.importer import ImportedRecording, ImportOptions
from agent.sources.rrweb.quality import Quality
from envs.actions import Action, Click, Input, TypeAndSubmit
from envs.browser.browser import Browser, ContextOptions
from envs.errors import EnvError
from envs.observation import Observation, Viewport
from envs.page.observer import Observer
from envs.page.saved_page import open_saved
from envs.page.script import PageScriptGone
from envs.page.script import version as simplifier_version
from envs.recording.recorder import Look, RecordedAction, Returned

PRESSES = frozenset({"click", "dblclick", "tap", "check", "uncheck", "setChecked"})
TYPES = frozenset({"fill", "type", "pressSequentially"})
DEADLINE = 60.0
_PARTS = ("person.js", "replayed.js", "marked.js")


class _Marked(msgspec.Struct, frozen=True):
    name: str = ""
    key: int = 0
    secret: bool = False
    option: str = ""


class _Seen(msgspec.Struct, frozen=True):
    page: Observation
    viewport: Viewport
    on: _Marked | None


async def import_trace(
    path: Path, browser: Browser, options: ImportOptions, skip: int = 0
) -> AsyncIterator[ImportedRecording]:
    """Every browser context of a trace that something was done in; the first `skip` are passed
    over.

    Raises:
        RecordError: it is no trace, or nothing in it can be read.
    """
    with Trace(path) as trace:
        for number, name in enumerate(trace.names):
            if number < skip:
                continue
            visit = _Visit(path, number, options, browser)
            for action in trace.actions(name):
                await visit.take(action)
            yield visit.over()


class _Visit:
    """One context's actions as a session."""

    def __init__(self, path: Path, number: int, options: ImportOptions, browser: Browser) -> None:
        self._name = path.name.partition(".")[0] + (f"-{number + 1}" if number else "")
        self._options = options
        self._browser = browser
        self._diary: Diary | None = None
        self._typed: RecordedAction | None = None
        self._last = 0.0
        self.quality = Quality(recordings=1)

    async def take(self, action: TracedAction) -> None:
        """The next action."""
        if self._diary is not None and self._diary.bought:
            return
        self._last = max(self._last, action.at)
        method = action.method
        if method == "goBack" and self._options.actions == "full" and self._diary is not None:
            self._release()
            self._diary.add(Returned(action.at / 1000))
        elif method in ("keyboardPress", "press") and action.params.get("key") == "Enter":
            await self._enter(action)
        elif method in PRESSES or method in TYPES or method == "selectOption":
            await self._acted(action)

    def over(self) -> ImportedRecording:
        """The session, if anything was done."""
        self._release()
        if self._diary is None:
            return ImportedRecording(quality=self.quality)
        at = datetime.fromtimestamp(self._last / 1000, UTC)
        end = "purchase" if self._diary.bought else "terminate"
        session = redacted(self._diary.finish(end, at), self._options.redact)
        site = next((h for step in session.steps if (h := urlsplit(step.url).hostname)), "")
        session = msgspec.structs.replace(session, site=site)
        acted = any(step.kind != "leave" for step in session.steps)
        self.quality.sessions = int(acted)
        self.quality.steps = len(session.steps) if acted else 0
        return ImportedRecording(session=session if acted else None, quality=self.quality)

    async def _enter(self, action: TracedAction) -> None:
        """Enter: what was typed is sent; on anything else it is a press."""
        typed, self._typed = self._typed, None
        if typed is not None and isinstance(typed.action, Input):
            sent = TypeAndSubmit(typed.action.name, typed.action.text)
            self._keep(msgspec.structs.replace(typed, action=sent))
        elif action.html and action.method == "press":
            await self._acted(action)

    async def _acted(self, action: TracedAction) -> None:
        self.quality.acted += 1
        seen = await self._look(action) if action.html else None
        if seen is None or seen.on is None:
            self._release()
            self.quality.drop("gone")
            return
        self._begin(action, seen)
        what = self._action(action, seen.on)
        if what is None or seen.page.illegal(what):
            self._release()
            self.quality.drop("unnamed" if not seen.on.name else "gone")
            return
        told = RecordedAction(
            what, seen.page, action.at / 1000, seen.viewport, secret=seen.on.secret
        )
        if isinstance(what, Input):
            if self._typed is not None and not _same_field(self._typed, what):
                self._release()
            elif self._typed is not None:
                told = msgspec.structs.replace(self._typed, action=what)
            self._typed = told
            return
        if self._typed is not None and _is_search(self._typed) and _is_search(told):
            self._typed = msgspec.structs.replace(self._typed, submits=True)
        self._release()
        self._keep(told)

    def _action(self, action: TracedAction, on: _Marked) -> Action | None:
        if action.method == "selectOption":
            return Click(on.option) if on.option else None
        if not on.name:
            return None
        if action.method in TYPES:
            text = action.params.get("value", action.params.get("text", ""))
            if on.secret and self._diary is not None:
                self._diary.hide(str(text))
            return Input(on.name, "" if on.secret else str(text))
        return Click(on.name)

    def _release(self) -> None:
        typed, self._typed = self._typed, None
        if typed is not None:
            self._keep(typed)

    def _keep(self, told: RecordedAction) -> None:
        assert self._diary is not None
        self.quality.kept += 1
        self._diary.add(told)

    def _begin(self, action: TracedAction, seen: _Seen) -> None:
        if self._diary is None:
            session = Session(
                session_id=self._name,
                user_id=f"user-of-{self._name}",
                site="",
                started_at=datetime.fromtimestamp(action.at / 1000, UTC),
                source="import:playwright-trace",
                versions={
                    "format": FORMAT_VERSION,
                    "simplifier": simplifier_version(),
                    "contexts": "from snapshots of a trace",
                },
            )
            self._diary = Diary(session, NoLog(), redact="nothing")
        self._diary.add(Look(seen.page))

    async def _look(self, action: TracedAction) -> _Seen:
        """The page as it was, and what on it was acted on."""
        width, height = action.size
        options = ContextOptions(width=width, height=height)
        data = action.html.encode("utf-8", "replace")
        wanted = [str(v) for one in action.params.get("options") or [] for v in _values(one)]
        try:
            async with asyncio.timeout(DEADLINE):
                async with open_saved(self._browser, data, options, _PARTS) as world:
                    page = await Observer(world, self._options.trusted).observe()
                    marked = await world.call("marked", MARK, wanted)
                    viewport = msgspec.json.decode(await world.call("viewportNow"), type=Viewport)
        except (PageScriptGone, TimeoutError) as error:
            raise EnvError(f"a page of the trace cannot be looked at: {error}") from error
        on = msgspec.json.decode(marked, type=_Marked) if marked else None
        return _Seen(msgspec.structs.replace(page, url=action.url), viewport, on)


def _values(option: Any) -> list[Any]:
    if not isinstance(option, dict):
        return [option]
    return [option[key] for key in ("valueOrLabel", "value", "label") if key in option]


def _same_field(typed: RecordedAction, what: Input) -> bool:
    return isinstance(typed.action, Input) and typed.action.name == what.name


def _is_search(told: RecordedAction) -> bool:
    name = getattr(told.action, "name", "")
    element = told.seen.by_name.get(name)
    return element is not None and element.kind == "search"
