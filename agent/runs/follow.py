"""Whoever follows a run from within: sees visits as they go, lets them wait, and ends one.

A run asks at every step; nobody there, nothing is asked for. What is printed is another matter
(`agent.runs.visit.Watch`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterable
from typing import Protocol, TypeVar

import msgspec

from agent.policies.policy import Decision
from agent.sessions.session import Session
from envs.errors import EnvError
from envs.observation import Observation

Found = TypeVar("Found")


class VisitStopped(EnvError):
    """Somebody ended this visit: it failed, and counts in no share."""


class Window(Protocol):
    """What a customer looks at: `envs.environment.Environment`."""

    def moving_picture(self) -> AsyncGenerator[bytes, None]: ...

    def paused(self, seconds: float) -> None: ...


class Follower(Protocol):
    """Follows one run."""

    def begins(self, finished: Iterable[Session]) -> None:
        """Customers shop now; these visits were over before."""

    def enters(self, session_id: str, window: Window) -> None:
        """A visit has its window."""

    def leaves(self, session_id: str) -> None:
        """It has it no longer."""

    async def turn(self, session_id: str) -> float:
        """Wait until the next step may be taken; returns the seconds that were waited.

        Raises:
            VisitStopped: there is to be none.
        """

    def sees(self, session: Session, observation: Observation) -> None:
        """What the customer looks at."""

    def decides(self, session: Session, decision: Decision) -> None:
        """What the customer has decided to do."""

    async def unless_stopped(self, session_id: str, work: Awaitable[Found]) -> Found:
        """What `work` gives.

        Raises:
            VisitStopped: somebody ended the visit meanwhile; the work is cancelled.
        """


class Nobody:
    """Nobody follows."""

    def begins(self, finished: Iterable[Session]) -> None: ...

    def enters(self, session_id: str, window: Window) -> None: ...

    def leaves(self, session_id: str) -> None: ...

    async def turn(self, session_id: str) -> float:
        return 0.0

    def sees(self, session: Session, observation: Observation) -> None: ...

    def decides(self, session: Session, decision: Decision) -> None: ...

    async def unless_stopped(self, session_id: str, work: Awaitable[Found]) -> Found:
        return await work


NOBODY = Nobody()


class OfSide:
    """Lets a follower tell one side of a comparison from the other, which has the same ids."""

    def __init__(self, inner: Follower, label: str) -> None:
        self._inner = inner
        self._label = label

    def begins(self, finished: Iterable[Session]) -> None:
        self._inner.begins(map(self._renamed, finished))

    def enters(self, session_id: str, window: Window) -> None:
        self._inner.enters(self._name(session_id), window)

    def leaves(self, session_id: str) -> None:
        self._inner.leaves(self._name(session_id))

    async def turn(self, session_id: str) -> float:
        return await self._inner.turn(self._name(session_id))

    def sees(self, session: Session, observation: Observation) -> None:
        self._inner.sees(self._renamed(session), observation)

    def decides(self, session: Session, decision: Decision) -> None:
        self._inner.decides(self._renamed(session), decision)

    async def unless_stopped(self, session_id: str, work: Awaitable[Found]) -> Found:
        return await self._inner.unless_stopped(self._name(session_id), work)

    def _name(self, session_id: str) -> str:
        return f"{self._label} {session_id}"

    def _renamed(self, session: Session) -> Session:
        return msgspec.structs.replace(session, session_id=self._name(session.session_id))
