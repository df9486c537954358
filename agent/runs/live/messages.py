"""What a run and whoever looks at it say to each other: JSON, a line each."""

from __future__ import annotations

from typing import Literal

import msgspec


class LiveCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as it stands. `doing` is ``looks``, ``thinks``, ``acts`` or, when it is over, how it
    ended; `kinds` are those of the steps that worked."""

    id: str
    intent: str = ""
    who: str = ""
    steps: int = 0
    doing: str = ""
    title: str = ""
    url: str = ""
    thought: str = ""
    action: str = ""
    kinds: tuple[str, ...] = ()
    outcome: str = ""
    ordered: bool = False
    paused: bool = False

    @property
    def over(self) -> bool:
        return bool(self.outcome)


class LiveRun(msgspec.Struct, frozen=True, kw_only=True, tag="run"):
    """Everything, for who has just come: all visits, and what the run is to do."""

    pid: int
    total: int
    max_steps: int
    paused: bool
    customers: tuple[LiveCustomer, ...]


class Changed(msgspec.Struct, frozen=True, tag="changed"):
    """A visit has changed."""

    customer: LiveCustomer


class Paused(msgspec.Struct, frozen=True, tag="paused"):
    """Everyone waits, or no longer."""

    paused: bool


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """What a customer's window shows: JPEG, base64."""

    id: str
    jpeg: str


class Page(msgspec.Struct, frozen=True, tag="page"):
    """What a customer reads."""

    id: str
    html: str


class Thinks(msgspec.Struct, frozen=True, tag="thinks"):
    """A customer's thought so far."""

    id: str
    text: str


Said = LiveRun | Changed | Paused | Picture | Page | Thinks


class Looks(msgspec.Struct, frozen=True, tag="looks"):
    """Whose pictures are looked at, and whose page is read."""

    at: tuple[str, ...] = ()
    reads: str = ""


class Does(msgspec.Struct, frozen=True, tag="does"):
    """What is to become of one visit, or of all (`who` is '')."""

    what: Literal["pause", "resume", "stop"]
    who: str = ""


Asked = Looks | Does
