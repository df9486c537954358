"""Where a file's recordings are, whichever tool exported it: their events and whose they are.

JSON arrays, JSON Lines, ``{"events": [...]}``, PostHog's exports (``2022-12-02``, ``2023-04-28``)
and lines of its snapshot API, segments of Sentry's replays; plain, gzip or zstd. What an event says
is `agent.sources.rrweb.events`' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from agent.sessions.lines import OnRead, read_chunks
from agent.sessions.session import RecordError
from agent.sources.rrweb.stream import CutOff, JsonStream

EVENTS = ("events", "snapshots", "rrweb_events", "data", "segments")
BY_WINDOW = ("snapshotsByWindowId", "snapshots_by_window_id")
INSIDE = ("data", "recording", "replay", "session_recording")
WINDOW = ("window_id", "windowId")
_LONGEST_FACT = 1 << 20
ELSEWHERE = {
    "log": "a HAR file, which logs requests and shows no pages",
    "steps": "a flow of Chrome's Recorder, which has no pages in it",
    "resourceSpans": "an OpenTelemetry export, which has no pages in it",
    "traceEvents": "a performance trace, which has no pages in it",
    "envelope": "a Microsoft Clarity payload, which is not rrweb",
    "suites": "a test report",
    "session_id": "a session of Shopper already: `shopper data check` reads it",
}
"""What other files of sessions are known by, and what they are."""


class Begin(NamedTuple):
    """A recording begins that is one by itself."""


class Fact(NamedTuple):
    """What the export says of the recording beside its events: JSON."""

    key: str
    raw: bytes


class Item(NamedTuple):
    """One event as JSON, an object or a packed string; `window` where the export tells it apart."""

    raw: bytes
    window: str | None = None


class Cut(NamedTuple):
    """The file ends in the middle; `why`."""

    why: str


Part = Begin | Fact | Item | Cut


def read_parts(path: Path, on_read: OnRead = lambda size: None) -> Iterator[Part]:
    """What is in a file, in its order, as a stream.

    Raises:
        OSError: it cannot be read.
        RecordError: it is no recording; names what it is where that is known.
    """
    stream = JsonStream(_through(path, on_read))
    try:
        if not stream.peek():
            raise RecordError(f"{path} is empty: it holds no recording")
        while stream.peek():
            yield from _top(stream, path)
    except CutOff:
        yield Cut("the file ends in the middle")
    except _PackingBroke as broke:
        yield Cut(str(broke))


class _PackingBroke(Exception):
    pass


def _through(path: Path, on_read: OnRead) -> Iterator[bytes]:
    """The file's content; what is damaged is told once the whole part before it was read."""
    try:
        yield from read_chunks(path, on_read)
    except RecordError as error:
        raise _PackingBroke(str(error).removeprefix(f"{path}: ")) from error


def _top(stream: JsonStream, path: Path) -> Iterator[Part]:
    first = stream.peek()
    if first == "[":
        yield from _array(stream, path, None)
    elif first == "{":
        yield from _object(stream, path, None, top=True)
    elif first == '"':
        yield Item(stream.raw())
    elif first == "P":
        raise RecordError(f"{path} is a zip file: unpack it, or is it for `playwright-trace`?")
    else:
        raise RecordError(
            f"{path} is no recording: JSON was expected, an array of rrweb events or an export"
        )


def _array(stream: JsonStream, path: Path, window: str | None) -> Iterator[Part]:
    stream.take("[")
    while stream.next_item("]"):
        first = stream.peek()
        if first == "{":
            yield from _object(stream, path, window)
        elif first == "[":
            yield from _inner(stream, path, window)
        else:
            yield Item(stream.raw(), window)


def _inner(stream: JsonStream, path: Path, window: str | None) -> Iterator[Part]:
    """An array in an array: ``[windowId, event]``, or a segment of events."""
    stream.take("[")
    strings: list[bytes] = []
    while stream.next_item("]"):
        first = stream.peek()
        if first == "{":
            named = _text(strings.pop()) if len(strings) == 1 else None
            yield from _object(stream, path, named or window)
        elif first == "[":
            yield from _inner(stream, path, window)
        else:
            strings.append(stream.raw())
            if len(strings) > 1:
                yield Item(strings.pop(0), window)
    for raw in strings:
        yield Item(raw, window)


def _object(
    stream: JsonStream, path: Path, window: str | None, *, top: bool = False
) -> Iterator[Part]:
    """An event, or what holds events."""
    keys = stream.first_keys()
    if not _holds_events(keys):
        if top and (what := _elsewhere(keys)):
            raise RecordError(f"{path} is {what}")
        raw = stream.raw()
        if top and keys.keys() == {"segment_id"}:
            return  # the head of a Sentry segment
        yield Item(raw, window)
        return
    if _is_recording(keys):
        yield Begin()
    yield from _members(stream, path, window)


def _members(stream: JsonStream, path: Path, window: str | None) -> Iterator[Part]:
    stream.take("{")
    while stream.next_item("}"):
        key = _text(stream.raw()) or ""
        stream.take(":")
        first = stream.peek()
        if key in WINDOW and first == '"':
            window = _text(stream.raw())
        elif key in EVENTS and first == "[":
            yield from _array(stream, path, window)
        elif key in BY_WINDOW and first == "{":
            yield from _windows(stream, path)
        elif key in INSIDE and first == "{":
            yield from _members(stream, path, window)
        else:
            raw = stream.raw()
            if len(raw) <= _LONGEST_FACT:
                yield Fact(key, raw)


def _windows(stream: JsonStream, path: Path) -> Iterator[Part]:
    stream.take("{")
    while stream.next_item("}"):
        window = _text(stream.raw())
        stream.take(":")
        yield from _array(stream, path, window)


def _holds_events(keys: dict[str, str]) -> bool:
    if "timestamp" in keys and "type" in keys:
        return False
    if any(keys.get(key) == "[" for key in EVENTS) or any(key in keys for key in BY_WINDOW):
        return True
    within = {key.removesuffix("."): inner for key, inner in keys.items() if key.endswith(".")}
    holders = (*EVENTS, *BY_WINDOW, "person", "id", "version")
    if any(within.get(key) in holders for key in INSIDE):
        return True
    return any(keys.get(key) == "{" for key in INSIDE) and "version" in keys


def _is_recording(keys: dict[str, str]) -> bool:
    """Whether it is a recording by itself, and not one piece of a stream of them."""
    return not (keys.get("data") == "[" and "events" not in keys)


def _elsewhere(keys: dict[str, str]) -> str | None:
    if "type" in keys or "data" in keys:
        return None
    return next((what for key, what in ELSEWHERE.items() if key in keys), None)


def _text(raw: bytes) -> str | None:
    try:
        return str(msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeError):
        return None
