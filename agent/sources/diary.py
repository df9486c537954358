"""A person's visit as steps: what they did, one thing after another, becomes a session's log.

Told by who watches a window as it happens (`agent.sources.recording`) or plays a recording
(`agent.sources.rrweb`). Each step is in the log before the next. Knows neither of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from agent.runs.visit import Log
from agent.sessions.redaction import Redact, redacted
from agent.sessions.session import SECRET, Finding, FindingKind, Result, Session, Step
from envs.acting import purchase_guard
from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Typing,
    action_name,
)
from envs.observation import Observation, Viewport
from envs.recording.recorder import Event, Look, Lost, RecordedAction, Returned
from envs.sieve import Sieve, veiled


class Diary:
    """Makes steps of what a person did, and keeps them."""

    def __init__(
        self,
        session: Session,
        log: Log,
        *,
        redact: Redact,
        covers: Callable[[Observation], bool] = lambda seen: True,
        on_step: Callable[[Step], None] = lambda step: None,
        hidden: Sequence[str] = (),
    ) -> None:
        """`session` has no steps yet. `covers` says which pages may be kept; `hidden` are texts
        that nothing that is kept may hold."""
        self._sieve = Sieve()
        for text in hidden:
            self._sieve.add(text)
        self._redact = redact
        self._covers = covers
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
        elif isinstance(event, RecordedAction) and isinstance(event.action, Hover):
            if self._covers(event.seen):
                self._hovered(event)
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

    def hide(self, text: str) -> None:
        """Keep `text` out of everything from now on."""
        self._sieve.add(text)

    def finish(self, end: str, at: datetime | None = None) -> Session:
        """The whole visit, ended at `at` or now; `end` is ``purchase`` or ``terminate``, or what
        ended it in another way."""
        self._flush()
        if end == "terminate" and self._shown is not None:
            self._step(Terminate(), self._shown, "leave", at or datetime.now(UTC), None)
        findings = tuple(self._findings)
        self._log.end(end, findings)
        return redacted(self._session.with_end(end, findings), self._redact)

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

    def _hovered(self, hover: RecordedAction) -> None:
        """Keep what was opened by resting the pointer; once, however often it was in a row."""
        self._flush()
        self._shown = hover.seen
        last = self._session.steps[-1] if self._session.steps else None
        if last is not None and (last.action, last.url) == (hover.action, hover.seen.url):
            return
        at = datetime.fromtimestamp(hover.at, UTC)
        self._step(hover.action, hover.seen, "other", at, hover.viewport)

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
        written = redacted(self._session, self._redact).steps[-1]
        self._log.step(written)
        self._on_step(written)


def _submits(typed: RecordedAction) -> bool:
    """A search typed and sent by its button is one action, as with Enter; a form of many fields
    is typing, and a press on its button."""
    return typed.seen.by_name[action_name(typed.action) or ""].kind == "search"
