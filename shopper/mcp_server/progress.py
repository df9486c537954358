"""How far customers are, for a client that asked to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType

from agent.sessions.outcome import outcome_of
from agent.sessions.session import Session
from eval import formatting

EVERY = 0.5
"""Seconds between two messages at least."""
Report = Callable[[float, float, str], Awaitable[None]]
"""Tells the client: how much of how much, and a message."""


class Telling:
    """Give `watch` to a run; while the block runs, the client is told how far it is.

    What is done is counted in visits, those under way by their steps, and never becomes less.
    """

    def __init__(self, report: Report, visits: int, max_steps: int) -> None:
        self._report = report
        self._visits = visits
        self._max_steps = max_steps
        self._under_way: dict[str, int] = {}
        self._finished = 0
        self._last = 0.0
        self._message = ""
        self._changed = asyncio.Event()

    def watch(self, session: Session, doing: str) -> None:
        """Note what a customer does now."""
        steps = len(session.steps)
        if session.end is None:
            self._under_way[session.session_id] = steps
            what = f"{session.session_id} {doing}, step {steps + 1}"
        else:
            self._under_way.pop(session.session_id, None)
            self._finished += 1
            what = f"{session.session_id}: {outcome_of(session).word}"
        visits = formatting.count(self._visits, "visit")
        self._message = f"{self._finished:,} of {visits} finished; {what}"
        self._changed.set()

    async def __aenter__(self) -> Telling:
        self._teller = asyncio.create_task(self._tell())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._teller.cancel()
        with suppress(asyncio.CancelledError):
            await self._teller
        if error is None:
            await self._send()

    async def _tell(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._send()
            await asyncio.sleep(EVERY)

    async def _send(self) -> None:
        """The protocol wants each message to tell of more than the one before."""
        done = self._done()
        if done > self._last:
            self._last = done
            await self._report(done, self._visits, self._message)

    def _done(self) -> float:
        steps = sum(min(n, self._max_steps) for n in self._under_way.values())
        return self._finished + steps / (self._max_steps + 1)
