"""How a worker keeps records: as messages to the driver, and, if told so, as files in a store.

With a store a visit's log and pictures are held in memory until the visit is over and then
written by the worker itself, so that only a few bytes a step travel to the driver. Without one
everything travels, and the driver writes. Knows neither browsers nor Ray.
"""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType

from agent.cluster.messages import (
    Event,
    NoteAdded,
    StepTaken,
    VisitEnded,
    VisitProgress,
    VisitStarted,
    WorkerFailed,
    slim,
)
from agent.cluster.url_store import SessionFiles, StoreError, UrlStore
from agent.runs.card import RunCard
from agent.runs.login_script import keep_picture
from agent.sessions.session import Finding, Session, Step


class Outbox:
    """What has happened and was not told yet."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._any = asyncio.Event()

    def put(self, event: Event) -> None:
        self._events.append(event)
        self._any.set()

    def watch(self, session: Session, doing: str) -> None:
        """A `Watch`: passes on what customers do; how a visit ends is told by its log."""
        if session.end is None:
            self.put(VisitProgress(session.session_id, doing))

    async def wait(self, patience: float, gather: float) -> None:
        """Until there is something to tell, at most `patience` seconds; then `gather` more."""
        try:
            async with asyncio.timeout(patience):
                await self._any.wait()
        except TimeoutError:
            return
        await asyncio.sleep(gather)

    def take(self) -> tuple[Event, ...]:
        """Everything there is to tell, in order, once."""
        events, self._events = tuple(self._events), []
        self._any.clear()
        return events


class Uploads:
    """Writes finished visits to a store in the background."""

    def __init__(self, store: UrlStore) -> None:
        self._store = store
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, files: SessionFiles, told: Outbox, over: Event | None) -> None:
        """Write `files`; when they are safe, `over` is told."""
        task = asyncio.create_task(self._write(files, told, over))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._running)

    async def _write(self, files: SessionFiles, told: Outbox, over: Event | None) -> None:
        try:
            await asyncio.to_thread(self._store.put_session, files)
        except StoreError as error:
            told.put(WorkerFailed(node="", reason=str(error), fault="store"))
            return
        if over is not None:
            told.put(over)


class Relay:
    """The records of a worker's crowd: an `agent.runs.records.Records`."""

    def __init__(self, outbox: Outbox, uploads: Uploads | None) -> None:
        self.outbox = outbox
        self.uploads = uploads
        self._pictures: dict[str, bytes] = {}

    def log(self, session: Session) -> _VisitLog:
        return _VisitLog(self, session)

    def picture(self, session_id: str, step: int, image: bytes) -> str:
        """Held until the step it belongs to is logged, a moment later."""
        self._pictures[session_id] = image
        return f"screenshots/{session_id}/{step:03}.jpg"

    def failure(self, image: bytes) -> str:
        """Kept on the worker's own machine: nobody else waits for it."""
        return f"{keep_picture(image)} on {socket.gethostname()}"

    def taken_picture(self, session_id: str) -> bytes | None:
        return self._pictures.pop(session_id, None)

    def card(self, card: RunCard) -> None:
        self.outbox.put(NoteAdded(card.versions, card.notes, card.refused))


class _VisitLog:
    """One visit's log."""

    def __init__(self, relay: Relay, session: Session) -> None:
        self._relay = relay
        self._files = SessionFiles(session)
        self._written = False
        relay.outbox.put(VisitStarted(session))

    def step(self, step: Step) -> None:
        session_id = self._files.session.session_id
        picture = self._relay.taken_picture(session_id)
        if self._relay.uploads is None:
            self._relay.outbox.put(StepTaken(session_id, step, picture))
            return
        self._files.add(step, picture)
        self._relay.outbox.put(StepTaken(session_id, slim(step)))

    def end(self, end: str, findings: tuple[Finding, ...] = ()) -> None:
        over = VisitEnded(self._files.session.session_id, end, findings)
        self._written = True
        if self._relay.uploads is None:
            self._relay.outbox.put(over)
            return
        self._files.session = self._files.session.with_end(end, findings)
        self._relay.uploads.begin(self._files, self._relay.outbox, over)

    def __enter__(self) -> _VisitLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """A visit that was stopped is kept as far as it went. One that the crowd makes again is
        not: what is written of it here could overtake what is written of the next attempt."""
        stopped = kind is not None and issubclass(kind, asyncio.CancelledError)
        if stopped and not self._written and self._relay.uploads is not None:
            self._relay.uploads.begin(self._files, self._relay.outbox, None)
