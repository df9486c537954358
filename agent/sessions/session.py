"""The session log: what one customer did in one visit, and its JSON.

The one data model of live runs, imported logs, synthetic shoppers, training and evaluation.
Files are `agent.sessions.log`'s and `agent.sessions.dataset`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, assert_never

import msgspec

from agent.parsing import no_deeper
from envs.actions import (
    Action,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)
from envs.faults import Fault, PageNotice
from envs.held import Held
from envs.observation import Box, Element, Load, Viewport
from envs.troubles import Trouble

FORMAT_VERSION = "1"

SECRET = "[secret]"
"""Stands for what was typed into a password or payment field."""

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Settings common to everything written to a log."""


class Persona(_Record, frozen=True, kw_only=True):
    """Who a customer is. `text` is a free description; the rest is optional."""

    id: str
    text: str
    age: str | int | None = None
    gender: str | None = None
    income: str | int | None = None
    traits: dict[str, str | int | float | bool] = {}


class Result(_Record, frozen=True, kw_only=True):
    """What became of an action. `settle_ms` is the wait until the page was quiet again, `page_ms`
    how long the page itself took, by its own clock: from the press, or from the start of the
    navigation to another page, to its last change; None where nobody asked it. `error` is
    a sentence for people and models, `fault` its code; logs from before there were codes have none
    (`agent.sessions.old_faults`)."""

    ok: bool
    error: str | None = None
    settle_ms: float = 0.0
    page_ms: float | None = None
    fault: Fault | None = None


class Cost(_Record, frozen=True, kw_only=True):
    """What one decision cost, in tokens and seconds."""

    prompt_tokens: Count = 0
    cached_tokens: Count = 0
    generated_tokens: Count = 0
    seconds: float = 0.0

    def plus(self, other: Cost) -> Cost:
        """What both cost together."""
        return Cost(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            generated_tokens=self.generated_tokens + other.generated_tokens,
            seconds=self.seconds + other.seconds,
        )


class Oracle(_Record, frozen=True, kw_only=True):
    """Synthetic logs only: the true probability of the most likely action. Never in a prompt."""

    p_max: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Trace(_Record, frozen=True, kw_only=True):
    """Where a reasoning came from that a model wrote afterwards, for an action already taken."""

    model: str
    prompt_version: str


class Step(_Record, frozen=True, kw_only=True):
    """One observation, the reason, the action taken on it and what became of it.

    `kind` is the kind of the element acted on, ``leave`` for terminate. `executed` is false when
    the purchase guard held the action back. `names` lists the page's interactables. `load` is how
    the document looked at had come. `held` is the order that was held back, if one was: before the
    press (then not `executed`), or when it was about to leave the browser. `notices` say what
    happened beside the page; their sentences are in `context`, too. None where nobody kept track
    of them. `troubles` are errors of scripts and failed requests since the step before.
    """

    index: Count
    timestamp: AwareTime
    url: str
    title: str = ""
    context: str
    reasoning: str | None = None
    action: Action
    result: Result = Result(ok=True)
    kind: str = "other"
    names: tuple[Element, ...] = ()
    executed: bool = True
    oracle: Oracle | None = None
    screenshot: str | None = None
    raw_html: str | None = None
    box: Box | None = None
    viewport: Viewport | None = None
    load: Load | None = None
    cost: Cost | None = None
    click_type: str | None = None
    trace: Trace | None = None
    notices: tuple[PageNotice, ...] | None = None
    held: Held | None = None
    troubles: tuple[Trouble, ...] = ()


class FindingKind(StrEnum):
    """What a `Finding` of ours is about."""

    LOOP = "loop"
    """The customer did the same on an unchanged page until the visit was ended: they were stuck."""
    STEPS = "steps"
    """The visit was ended after as many steps as were allowed."""
    TIME = "time"
    """The visit was ended after as much time as was allowed."""
    UNREADABLE = "unreadable"
    """The policy's answers were no actions."""
    UNEXPECTED = "unexpected"
    """A failure that nobody foresaw, or of a user's own policy; the text is its traceback."""
    LOST = "lost"
    """What a recorded person did on a page that went away meanwhile."""


class Finding(_Record, frozen=True, kw_only=True):
    """Something worth telling that happened in a visit, e.g. kind ``loop`` at step 7.

    `kind` is one of `FindingKind`; sessions from elsewhere may hold others.
    """

    kind: str
    step: Count
    text: str


class Session(_Record, frozen=True, kw_only=True):
    """One visit. `end` is ``purchase``, ``held`` (an order that was held back), ``terminate``,
    ``limit`` or ``error: ...``; None while the visit goes on or when the process died before it
    was known. What it means is read by `agent.sessions.outcome`. `started_from` names the login
    that the visit began with: a storage state, a script; None where it began as anyone's would."""

    session_id: str
    user_id: str
    site: str
    started_at: AwareTime
    source: str
    persona: Persona | None = None
    intent: str | None = None
    seed: int | None = None
    policy: str | None = None
    versions: dict[str, str] = {}
    started_from: str | None = None
    steps: tuple[Step, ...] = ()
    end: str | None = None
    findings: tuple[Finding, ...] = ()

    def with_step(self, step: Step) -> Session:
        return msgspec.structs.replace(self, steps=(*self.steps, step))

    def with_end(self, end: str, findings: tuple[Finding, ...] = ()) -> Session:
        return msgspec.structs.replace(self, end=end, findings=findings)


def without_secret(action: Action) -> Action:
    """The action without what it typed, as it is kept; placeholders (``{{name}}``) tell nothing."""
    match action:
        case Click() | Scroll() | Hover() | Back() | Wait() | Terminate():
            return action
        case TypeAndSubmit(_, text) | Input(_, text):
            only_placeholders = not re.sub(r"\{\{[^{}]*\}\}", "", text).strip()
            return action if only_placeholders else msgspec.structs.replace(action, text=SECRET)
        case _:
            assert_never(action)


class RecordError(ValueError):
    """JSON that is not what it should be; the message names the field."""


def encode(record: msgspec.Struct) -> bytes:
    """One line of JSON, without a newline."""
    return _encoder.encode(record)


def decode_session(data: bytes | str) -> Session:
    """Read a whole session from one JSON object.

    Raises:
        RecordError: with the path of the wrong field, e.g. ``$.steps[3].action``.
    """
    try:
        with no_deeper():
            return _session_decoder.decode(data)
    except UnicodeError as error:
        raise RecordError(where_not_utf8(data)) from error
    except msgspec.DecodeError as error:
        raise RecordError(str(error)) from error


def where_not_utf8(data: bytes | str) -> str:
    """What is wrong with text that is not UTF-8: which byte, and the last key before it."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        keys = re.findall(rb'"(\w+)":', raw[: error.start])
        field = f" - in `{keys[-1].decode()}`" if keys else ""
        return f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}{field}"
    return "not UTF-8"


def to_builtins(record: msgspec.Struct) -> dict[str, Any]:
    """The record as JSON-ready Python objects."""
    built: Mapping[str, Any] = msgspec.to_builtins(record)
    return dict(built)


_encoder = msgspec.json.Encoder()
_session_decoder: msgspec.json.Decoder[Session] = msgspec.json.Decoder(Session)
