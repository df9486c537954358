"""Recordings in files as sessions of ours: read as a stream, played in a browser, put together.

Each window of a recording is played by itself, and what happened in all of them is one session, in
the order of time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import BrowserContext

from agent.rrweb_bundle import VERSION as RRWEB_VERSION
from agent.runs.visit import NoLog
from agent.sessions.lines import OnRead
from agent.sessions.redaction import Redact, redacted
from agent.sessions.session import FORMAT_VERSION, RecordError, Session
from agent.sources.diary import Diary
from agent.sources.pseudonyms import pseudonym
from agent.sources.rrweb.events import BadEvent, Event, Type, decode_event
from agent.sources.rrweb.files import Begin, Cut, Fact, Item, Part, read_parts
from agent.sources.rrweb.masked import TextCount
from agent.sources.rrweb.order import Order
from agent.sources.rrweb.quality import Quality
from agent.sources.rrweb.window import Window
from envs.actions import ActionSet
from envs.browser.browser import Browser
from envs.errors import EnvError
from envs.page.script import version as simplifier_version
from envs.recording.recorder import Event as Told
from envs.recording.recorder import RecordedAction, Returned
from envs.recording.replay import Replay, replay_context

MAX_WINDOWS = 4
"""Windows of one recording that are played at once; of more, the one longest unused is closed."""
CUT_OFF = "error: the recording was cut off"
_IDS = ("session_id", "sessionId", "recording_id", "replay_id", "replayId", "id")
_USERS = ("distinct_id", "distinctId", "user_id", "userId", "user", "person")
_WIREFRAMES = re.compile(rb'"data":\s*\{"wireframes"')
_CONSENT = ("consent", "has_consent", "consented", "gdpr_consent", "$consent")


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How recordings are imported. `source` is what sessions say they come from; `trusted`: the
    pages' own kinds are believed, as those of the embedded shop are."""

    source: str = "import:rrweb"
    redact: Redact = "personal"
    actions: ActionSet = "paper"
    trusted: bool = False
    consent: str | None = None


class ImportedRecording(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one recording. `session` is None when nobody did anything that is kept, and
    when the recording is `bad`, for the reason given; `consent`: the export itself tells of one."""

    session: Session | None = None
    quality: Quality = msgspec.field(default_factory=Quality)
    consent: bool = False
    bad: str = ""


class AllMasked(RecordError):
    """A recording whose text is covered: there is nothing to be read in it."""


async def import_file(
    path: Path,
    browser: Browser,
    rrweb: str,
    options: ImportOptions,
    on_read: OnRead = lambda size: None,
    skip: int = 0,
) -> AsyncIterator[ImportedRecording]:
    """Every recording in a file, one after another; the first `skip` are passed over.

    Raises:
        RecordError: the file holds none.
        EnvError: the browser cannot play it.
        OSError: the file cannot be read.
    """
    found = False
    for number, parts in enumerate(_recordings(read_parts(path, on_read))):
        if number < skip:
            for _ in parts:
                pass
            found = True
            continue
        recording = _Recording(path, number, options)
        events = recording.events(parts)
        found = True
        try:
            async with replay_context(browser, rrweb) as context:
                result = await recording.played(events, context)
        except RecordError as error:
            result = ImportedRecording(quality=Quality(recordings=1), bad=str(error))
            for _ in parts:
                pass
        yield result
    if not found:
        raise RecordError(f"{path} holds no recording")


def _recordings(parts: Iterator[Part]) -> Iterator[Iterator[Part]]:
    """The parts of each recording by itself: one ends where another begins."""
    ahead: list[Part] = []

    def one() -> Iterator[Part]:
        begun = bool(ahead)
        yield from ahead
        ahead.clear()
        for part in parts:
            if isinstance(part, Begin):
                if begun:
                    ahead.append(part)
                    return
                begun = True
            elif isinstance(part, Item):
                begun = True
            yield part

    yield one()
    while ahead:
        yield one()


class _Recording:
    """One recording: its facts, its windows, its session."""

    def __init__(self, path: Path, number: int, options: ImportOptions) -> None:
        self._path = path
        self._number = number
        self._options = options
        self._facts: dict[str, Any] = {}
        self._order = Order()
        self._text = TextCount()
        self._windows: dict[str, Window] = {}
        self._replays: dict[str, Replay] = {}
        self._diary: Diary | None = None
        self._session: Session | None = None
        self._hidden: set[str] = set()
        self._cut = ""
        self._now = 0.0
        self._told: list[tuple[float, int, Told]] = []
        self.quality = Quality(recordings=1)
        self.read = 0
        self.pictures = 0

    def events(self, parts: Iterator[Part]) -> Iterator[Event]:
        """The recording's events in their order; its facts are kept on the way."""
        return self._order.sorted(self._decoded(parts))

    async def played(self, events: Iterator[Event], context: BrowserContext) -> ImportedRecording:
        """Play all of it.

        Raises:
            RecordError: it holds no events, or its text is covered.
        """
        last = 0.0
        for event in events:
            last = max(last, event.at)
            if event.type == Type.FULL_SNAPSHOT:
                self.pictures += 1
                self._check_readable(event)
            window = await self._window(event, context)
            self._now = event.at
            await window.take(event)
        return await self._over(last)

    def _decoded(self, parts: Iterator[Part]) -> Iterator[Event]:
        for part in parts:
            if isinstance(part, Item):
                try:
                    event = decode_event(part.raw, part.window)
                except BadEvent:
                    self.quality.drop("unreadable")
                    continue
                self.read += 1
                yield event
            elif isinstance(part, Fact):
                self._facts.setdefault(part.key, _decoded(part.raw))
            elif isinstance(part, Cut):
                self._cut = part.why
                self.quality.cut = 1

    def _check_readable(self, event: Event) -> None:
        if _WIREFRAMES.search(event.raw, 0, 400):
            raise RecordError(
                f"{self._path} records an app, not pages: it holds wireframes, in which nothing "
                "can be named"
            )
        self._text.add(event.raw)
        if self._text.is_covered:
            raise AllMasked(
                f"{self._path}: the text of the pages is covered with {self._text.mask!r}, as "
                "Sentry's recorder does unless it is told otherwise: nothing can be named in them. "
                "Record with text open (Sentry: maskAllText: false) and import those"
            )

    async def _window(self, event: Event, context: BrowserContext) -> Window:
        """The window an event is of; of many, the one longest unused is closed."""
        known = self._windows.pop(event.window, None)
        if known is not None:
            self._windows[event.window] = known
            return known
        if self._session is None:
            self._begin(event)
        while len(self._windows) >= MAX_WINDOWS:
            oldest = next(iter(self._windows))
            await self._ended(self._windows.pop(oldest))
            await self._replays.pop(oldest).close()
        replay = await Replay.open(context, self._options.trusted)
        self._replays[event.window] = replay
        window = Window(
            replay,
            self._tell,
            self.quality,
            full=self._options.actions == "full",
            hide=self._hide,
            secrets=lambda: tuple(self._hidden),
        )
        self._windows[event.window] = window
        return window

    def _begin(self, event: Event) -> None:
        self._session = Session(
            session_id=self._id(),
            user_id="",
            site="",
            started_at=datetime.fromtimestamp(event.at / 1000, UTC),
            source=self._options.source,
            versions={
                "format": FORMAT_VERSION,
                "simplifier": simplifier_version(),
                "contexts": f"rebuilt by rrweb {RRWEB_VERSION}",
            },
        )
        self._diary = Diary(self._session, NoLog(), redact="nothing")

    def _tell(self, told: Told) -> None:
        at = told.at * 1000 if isinstance(told, RecordedAction | Returned) else self._now
        self._told.append((at, len(self._told), told))

    async def _ended(self, window: Window) -> None:
        self._now = window.last_at
        await window.end()

    def _hide(self, text: str) -> None:
        assert self._diary is not None
        self._hidden.add(text)
        self._diary.hide(text)

    async def _over(self, last: float) -> ImportedRecording:
        """The session, with what the export says of it as a whole."""
        if self._session is None or self._diary is None:
            raise RecordError(
                f"{self._path} holds no events of rrweb"
                + (f" ({self._cut})" if self._cut else "")
                + self._unreadable()
            )
        latest = max(self._windows.values(), key=lambda window: window.last_at)
        for window in sorted(self._windows.values(), key=lambda window: window.last_at):
            await self._ended(window)
        for _, _, told in sorted(self._told, key=lambda one: one[:2]):
            if not self._diary.bought:
                self._diary.add(told)
        if latest.shown is not None:
            self.quality.unstyled = await self._unstyled(latest)
        at = datetime.fromtimestamp(last / 1000, UTC)
        end = "purchase" if self._diary.bought else CUT_OFF if self._cut else "terminate"
        session = self._named(self._diary.finish(end, at))
        self.quality.drop("doubled", self._order.doubled)
        self.quality.clock_back = self._order.clock_back
        acted = any(step.kind != "leave" for step in session.steps)
        self.quality.sessions = int(acted)
        self.quality.steps = len(session.steps) if acted else 0
        return ImportedRecording(
            session=session if acted else None,
            quality=self.quality,
            consent=self._fact(_CONSENT) not in (None, False, "", "false"),
        )

    async def _unstyled(self, window: Window) -> int:
        names = {id(one): name for name, one in self._windows.items()}
        try:
            return int(await self._replays[names[id(window)]].unstyled() > 0)
        except EnvError:
            return 0

    def _unreadable(self) -> str:
        many = self.quality.dropped.get("unreadable", 0)
        return f"; {many:,} values in it are none" if many else ""

    def _named(self, session: Session) -> Session:
        """The session under the recording's and its user's names, redacted."""
        session = redacted(session, self._options.redact)
        versions = dict(session.versions)
        if self._options.consent is not None:
            digest = hashlib.sha256(self._options.consent.encode()).hexdigest()[:12]
            versions["consent"] = digest
        site = next((h for s in session.steps if (h := urlsplit(s.url).hostname)), "")
        return msgspec.structs.replace(
            session, session_id=self._id(), user_id=self._user(), site=site, versions=versions
        )

    def _id(self) -> str:
        told = self._fact(_IDS)
        name = self._path.name.partition(".")[0]
        own = str(told) if isinstance(told, str | int) else ""
        return own or (f"{name}-{self._number + 1}" if self._number else name)

    def _user(self) -> str:
        """A name that stands for the person and does not say who it is."""
        told = self._fact(_USERS)
        if isinstance(told, dict):
            told = told.get("uuid") or told.get("id") or (told.get("distinct_ids") or [None])[0]
        if told is None:
            return f"user-of-{self._id()}"
        return pseudonym(told)

    def _fact(self, names: tuple[str, ...]) -> Any:
        return next((self._facts[name] for name in names if self._facts.get(name)), None)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
