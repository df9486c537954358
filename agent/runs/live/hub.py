"""What goes on in a run, kept for whoever looks; and the word of theirs that holds it up."""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing, suppress

import msgspec

from agent.policies.policy import Decision
from agent.policies.thinking import LISTENER
from agent.runs.follow import Found, VisitStopped, Window
from agent.runs.live.messages import (
    Asked,
    Changed,
    Does,
    LiveCustomer,
    LiveRun,
    Looks,
    Page,
    Paused,
    Picture,
    Said,
    Thinks,
)
from agent.sessions.describe import describe_step
from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session
from envs.observation import Observation

WAITING = 200
"""Messages that wait for a reader that is slow; then it loses the oldest."""
STOPPED = "stopped by whoever watched"


class Reader:
    """Somebody who looks: what is said to them waits in `queue`."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Said] = asyncio.Queue(WAITING)
        self.looks = Looks()

    def tell(self, said: Said) -> None:
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(said)


class Hub:
    """Follows a run (`agent.runs.follow.Follower`), and is a `Watch` as well: `watch`.

    `stop` ends the run as Ctrl-C does.
    """

    def __init__(self, total: int, max_steps: int, stop: Callable[[], None]) -> None:
        self._total = total
        self._max_steps = max_steps
        self._stop = stop
        self._customers: dict[str, LiveCustomer] = {}
        self._windows: dict[str, Window] = {}
        self._pages: dict[str, str] = {}
        self._cameras: dict[str, asyncio.Task[None]] = {}
        self._readers: set[Reader] = set()
        self._paused = False
        self._held: set[str] = set()
        self._ended: dict[str, asyncio.Event] = {}
        self._changed = asyncio.Condition()
        self.waited = 0.0
        """Seconds that visits waited, all together."""

    # What the run tells.

    def begins(self, finished: Iterable[Session]) -> None:
        for session in finished:
            self._customers[session.session_id] = _customer(session, "")

    def watch(self, session: Session, doing: str) -> None:
        name = session.session_id
        self._note(_customer(session, doing, paused=name in self._held))

    def enters(self, session_id: str, window: Window) -> None:
        self._windows[session_id] = window
        self._ended[session_id] = asyncio.Event()
        self._adjust()

    def leaves(self, session_id: str) -> None:
        self._windows.pop(session_id, None)
        self._pages.pop(session_id, None)
        self._ended.pop(session_id, None)
        self._held.discard(session_id)
        self._adjust()

    async def turn(self, session_id: str) -> float:
        begun = time.monotonic()
        held = False
        async with self._changed:
            while self._is_held(session_id) and not self._is_ended(session_id):
                held = True
                await self._changed.wait()
        if self._is_ended(session_id):
            raise VisitStopped(STOPPED)
        waited = time.monotonic() - begun if held else 0.0
        if held and (window := self._windows.get(session_id)) is not None:
            window.paused(waited)
        self.waited += waited
        return waited

    def sees(self, session: Session, observation: Observation) -> None:
        name = session.session_id
        self._pages[name] = observation.html
        if (known := self._customers.get(name)) is not None:
            seen = msgspec.structs.replace(known, title=observation.title, url=observation.url)
            self._note(seen)
        for reader in self._readers:
            if reader.looks.reads == name:
                reader.tell(Page(name, observation.html))

    def decides(self, session: Session, decision: Decision) -> None:
        if decision.reasoning:
            self._thinks(session.session_id, decision.reasoning)

    async def unless_stopped(self, session_id: str, work: Awaitable[Found]) -> Found:
        listener = LISTENER.set(self._listener(session_id) if self._readers else None)
        task = asyncio.ensure_future(work)
        LISTENER.reset(listener)
        ended = self._ended.get(session_id)
        if ended is None:
            return await task
        stop = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise VisitStopped(STOPPED)
            return task.result()
        finally:
            for one in (task, stop):
                one.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    # What readers want.

    def read(self) -> Reader:
        """Somebody new; they are told how everything stands."""
        reader = Reader()
        self._readers.add(reader)
        reader.tell(
            LiveRun(
                pid=os.getpid(),
                total=self._total,
                max_steps=self._max_steps,
                paused=self._paused,
                customers=tuple(self._customers.values()),
            )
        )
        return reader

    def forget(self, reader: Reader) -> None:
        self._readers.discard(reader)
        self._adjust()

    async def take(self, reader: Reader, asked: Asked) -> None:
        """Do what a reader asks for."""
        if isinstance(asked, Does):
            return await self._do(asked)
        reader.looks = asked
        self._adjust()
        if asked.reads in self._pages:
            reader.tell(Page(asked.reads, self._pages[asked.reads]))

    async def close(self) -> None:
        """Take no more pictures."""
        for camera in self._cameras.values():
            camera.cancel()
        await asyncio.gather(*self._cameras.values(), return_exceptions=True)

    async def _do(self, asked: Does) -> None:
        if asked.what == "stop" and not asked.who:
            return self._stop()
        async with self._changed:
            if asked.what == "stop":
                if (ended := self._ended.get(asked.who)) is not None:
                    ended.set()
            elif asked.who:
                (self._held.add if asked.what == "pause" else self._held.discard)(asked.who)
            else:
                self._paused = asked.what == "pause"
                if not self._paused:
                    self._held.clear()
            self._changed.notify_all()
        for name in list(self._windows):
            if (known := self._customers.get(name)) is not None:
                self._note(msgspec.structs.replace(known, paused=name in self._held))
        for reader in self._readers:
            reader.tell(Paused(self._paused))

    def _is_held(self, name: str) -> bool:
        return self._paused or name in self._held

    def _is_ended(self, name: str) -> bool:
        ended = self._ended.get(name)
        return ended is not None and ended.is_set()

    def _note(self, customer: LiveCustomer) -> None:
        if self._customers.get(customer.id) == customer:
            return
        self._customers[customer.id] = customer
        for reader in self._readers:
            reader.tell(Changed(customer))

    def _listener(self, name: str) -> Callable[[str], None]:
        return lambda text: self._thinks(name, text)

    def _thinks(self, name: str, text: str) -> None:
        for reader in self._readers:
            if name in reader.looks.at:
                reader.tell(Thinks(name, text))

    # Pictures.

    def _adjust(self) -> None:
        """Take pictures of those who are looked at and have a window, and of nobody else."""
        wanted = {name for reader in self._readers for name in reader.looks.at}
        for name in [*self._cameras]:
            if name not in wanted or name not in self._windows:
                self._cameras.pop(name).cancel()
        for name in wanted & self._windows.keys() - self._cameras.keys():
            self._cameras[name] = asyncio.create_task(self._film(name, self._windows[name]))

    async def _film(self, name: str, window: Window) -> None:
        with suppress(Exception):  # a picture that cannot be had is nobody's fault
            async with aclosing(window.moving_picture()) as frames:
                async for jpeg in frames:
                    picture = Picture(name, base64.b64encode(jpeg).decode())
                    for reader in self._readers:
                        if name in reader.looks.at:
                            reader.tell(picture)


def _customer(session: Session, doing: str, *, paused: bool = False) -> LiveCustomer:
    last = session.steps[-1] if session.steps else None
    outcome = outcome_of(session) if session.end is not None else None
    return LiveCustomer(
        id=session.session_id,
        intent=session.intent or "",
        who=session.persona.text if session.persona else "",
        steps=len(session.steps),
        doing=doing,
        title="" if last is None else last.title,
        url="" if last is None else last.url,
        thought="" if last is None else (last.reasoning or ""),
        action="" if last is None else str(describe_step(last)),
        kinds=tuple(sorted({step.kind for step in session.steps if step.result.ok})),
        outcome="" if outcome is None else outcome.word,
        ordered=outcome is not None and outcome.ordered,
        paused=paused,
    )
