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
    "session_id": "a session of Shopper already: `shopper data check` reads it",
    "log": "a HAR file, which logs requests and shows no pages",
    "steps": "a flow of Chrome's Recorder, which has no pages in it",
    "resourceSpans": "an OpenTelemetry export, which has no pages in it",
    "traceEvents": "a performance trace, which has no pages in it",
    "envelope": "a Microsoft Clarity payload, which is not rrweb",
    "suites": "a test report",
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
    damage: list[str] = []
    stream = JsonStream(_through(path, on_read, damage))
    try:
        if not stream.peek():
            raise RecordError(f"{path} is empty: it holds no recording")
        while stream.peek():
            yield from _top(stream, path)
    except CutOff:
        damage.append("the file ends in the middle")
    if damage:
        yield Cut(damage[0])


def _through(path: Path, on_read: OnRead, damage: list[str]) -> Iterator[bytes]:
    """The file's content, as far as it can be unpacked; `damage` says why no further."""
    try:
        yield from read_chunks(path, on_read)
    except RecordError as error:
        damage.append(str(error).removeprefix(f"{path}: "))


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
    """Events, packed ones, segments of them, or an event and its window: ``[windowId, event]``."""
    stream.take("[")
    first: bytes | None = None  # a string that stands before an event is its window
    place = 0
    while stream.next_item("]"):
        begins, place = stream.peek(), place + 1
        if first is not None and begins == "{":
            window, first = _text(first), None
        elif first is not None:
            yield Item(first, window)
            first = None
        if begins == "{":
            yield from _object(stream, path, window)
        elif begins == "[":
            yield from _array(stream, path, window)
        elif begins == '"' and place == 1:
            first = stream.raw()
        else:
            yield Item(stream.raw(), window)
    if first is not None:
        yield Item(first, window)


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
