"""What a run's driver and its workers say to each other: plain data, encoded by msgspec.

Nothing else crosses between processes: no object of ours is pickled. Knows neither Ray nor
browsers.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from agent.personas.personas import Customer
from agent.runs.card import RunCard, Setting
from agent.runs.config import RunConfig
from agent.sessions.session import Finding, Session, Step

Fault = Literal["choice", "policy", "world", "store"]
"""Whose fault it is that a worker cannot start: that of who chose the policy, the policy's, the
browser's or shop's, or that of the place where logs are written."""


class WorkerJob(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a worker needs to know to begin.

    `config` has no customers, they come one by one in `WorkerOrder`. `policy` is as given to
    ``--policy``, and `folder` where its relative paths begin. `store` is the URL that session
    logs are written to, None to send them to the driver.
    """

    config: RunConfig
    policy: str
    card: RunCard
    folder: str
    store: str | None = None


class WorkerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """From the driver: more customers, or word to stop."""

    customers: tuple[Customer, ...] = ()
    stop: bool = False


class WorkerReady(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """A worker has begun. `pid` is its process on the machine called `node`."""

    node: str
    pid: int
    shopper_version: str
    policy_settings: dict[str, Setting]


class WorkerFailed(msgspec.Struct, frozen=True, kw_only=True, tag="cannot_start"):
    """A worker cannot do its work, and why; another one on that machine could not either."""

    node: str
    reason: str
    fault: Fault


class VisitStarted(msgspec.Struct, frozen=True, tag="began"):
    """A visit has begun."""

    session: Session


class VisitProgress(msgspec.Struct, frozen=True, tag="doing"):
    """A customer ``looks``, ``thinks`` or ``acts``."""

    session_id: str
    doing: str


class StepTaken(msgspec.Struct, frozen=True, tag="took"):
    """A step was taken. Without its page and its picture when the worker writes the log."""

    session_id: str
    step: Step
    picture: bytes | None = None


class VisitEnded(msgspec.Struct, frozen=True, tag="ended"):
    """A visit is over, and its log is written when the worker writes it."""

    session_id: str
    end: str
    findings: tuple[Finding, ...] = ()


class NoteAdded(msgspec.Struct, frozen=True, tag="noted"):
    """What a worker's own run card says so far; each replaces the one before."""

    versions: dict[str, str]
    notes: tuple[str, ...]
    refused: dict[str, int]


Event = WorkerFailed | VisitStarted | VisitProgress | StepTaken | VisitEnded | NoteAdded


class WorkerEvents(msgspec.Struct, frozen=True):
    """From a worker: what has happened since it was last asked, in order."""

    events: tuple[Event, ...] = ()


Greeting = WorkerReady | WorkerFailed
Message = TypeVar("Message")


def pack(message: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(message)


def unpack(data: bytes, kind: type[Message]) -> Message:
    """Read a message of a known kind.

    Raises:
        msgspec.DecodeError: the other side speaks another version of Shopper.
    """
    return msgspec.msgpack.decode(data, type=kind)


def unpack_greeting(data: bytes) -> Greeting:
    """As `unpack`, for a worker's first answer."""
    return msgspec.msgpack.decode(data, type=Greeting)  # type: ignore[no-any-return]


def slim(step: Step) -> Step:
    """The step without the page it was taken on, which is nearly all of its size."""
    return msgspec.structs.replace(step, context="", names=())
