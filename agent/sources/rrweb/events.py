"""What an event of rrweb says, whichever way it is packed.

Facts about the format: rrweb-io/rrweb, ``packages/types``; PostHog's compression ``cv: "2024-10"``.
Knows nothing of files or browsers.
"""

from __future__ import annotations

import zlib
from enum import IntEnum
from typing import Any

import msgspec

LARGEST = 1 << 28
"""Bytes of the largest event, unpacked (256 MiB)."""
PACKED_DATA = "2024-10"
_GZIP = b"\x1f\x8b"
_MUTATION_FIELDS = ("texts", "attributes", "removes", "adds")


class Type(IntEnum):
    """Of an event."""

    DOM_CONTENT_LOADED = 0
    LOAD = 1
    FULL_SNAPSHOT = 2
    INCREMENTAL = 3
    META = 4
    CUSTOM = 5
    PLUGIN = 6


class Source(IntEnum):
    """Of an incremental event."""

    MUTATION = 0
    MOUSE_MOVE = 1
    MOUSE = 2
    SCROLL = 3
    RESIZE = 4
    INPUT = 5


class Mouse(IntEnum):
    """What the pointer did."""

    DOWN = 1
    CLICK = 2
    FOCUS = 5
    BLUR = 6
    TOUCH_START = 7


class Data(msgspec.Struct, frozen=True):
    """The parts of an event's data that tell what a person did."""

    source: int = -1
    type: int = -1
    id: int = -1
    text: str = ""
    userTriggered: bool | None = None
    x: float = 0
    y: float = 0
    href: str = ""
    width: float = 0
    height: float = 0
    adds: list[msgspec.Raw] | None = None
    tag: str = ""
    plugin: str = ""
    payload: Any = None


class Event(msgspec.Struct, frozen=True):
    """One event: `at` is in milliseconds since 1970 by the clock of the person's machine, `raw`
    the JSON that a replayer takes."""

    type: int
    at: float
    data: Data
    raw: bytes
    window: str

    def is_mouse(self, *kinds: Mouse) -> bool:
        """Whether the pointer or the focus did one of these."""
        data = self.data
        return self.type == Type.INCREMENTAL and data.source == Source.MOUSE and data.type in kinds

    def is_from(self, source: Source) -> bool:
        """Whether it is an incremental event of this source."""
        return self.type == Type.INCREMENTAL and self.data.source == source


class _Head(msgspec.Struct, frozen=True):
    type: int
    timestamp: float
    data: msgspec.Raw = msgspec.Raw(b"{}")
    windowId: str | int | None = None
    cv: str | None = None


class _Told(msgspec.Struct, frozen=True):
    tag: str = ""
    plugin: str = ""
    payload: Any = None


class BadEvent(ValueError):
    """Not an event of rrweb; the message says why."""


_head = msgspec.json.Decoder(_Head)
_data = msgspec.json.Decoder(Data)
_told = msgspec.json.Decoder(_Told)
_any = msgspec.json.Decoder()


def decode_event(raw: bytes, window: str | None = None) -> Event:
    """An event from its JSON: an object, or a string that holds a packed one.

    Raises:
        BadEvent: it is none.
    """
    try:
        if raw[:1] == b'"':
            raw = _unpacked(_any.decode(raw))
        head = _head.decode(raw)
        if head.cv is not None:
            head, raw = _decompressed(head, raw)
        data = _data_of(head)
    except (msgspec.DecodeError, UnicodeError, RecursionError, TypeError, zlib.error) as error:
        raise BadEvent(str(error)) from error
    named = window if head.windowId is None else str(head.windowId)
    return Event(head.type, head.timestamp, data, raw, named or "")


def _data_of(head: _Head) -> Data:
    if head.type in (Type.INCREMENTAL, Type.META):
        return _data.decode(head.data)
    if head.type in (Type.CUSTOM, Type.PLUGIN):
        told = _told.decode(head.data)
        return Data(tag=told.tag, plugin=told.plugin, payload=told.payload)
    return Data()


def _unpacked(packed: object) -> bytes:
    """An event packed by rrweb (zlib over latin-1, ``v: "v1"``), or written as JSON in a string."""
    if not isinstance(packed, str):
        raise BadEvent("a packed event is a string")
    try:
        data = packed.encode("latin-1")
    except UnicodeEncodeError:
        return packed.encode()
    if data[:1] == b"{":
        return data
    return _inflated(data)


def _inflated(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=47)  # zlib or gzip, as its head says
    inflated = stream.decompress(data, LARGEST)
    if stream.unconsumed_tail:
        raise BadEvent(f"an event of more than {LARGEST >> 20} MiB")
    if not stream.eof:
        raise BadEvent("a packed event that was cut off")
    return inflated


def _decompressed(head: _Head, raw: bytes) -> tuple[_Head, bytes]:
    """An event of PostHog with the parts that it compresses as rrweb wrote them."""
    if head.cv != PACKED_DATA:
        raise BadEvent(f"compressed in a way that is not known: cv {head.cv!r}")
    event = _any.decode(raw)
    del event["cv"]
    data = event["data"]
    if isinstance(data, str):
        event["data"] = _any.decode(_unpacked(data))
    elif isinstance(data, dict):
        for field in (*_MUTATION_FIELDS, "styles"):
            if isinstance(data.get(field), str):
                data[field] = _any.decode(_unpacked(data[field]))
    plain = msgspec.json.encode(event)
    return _head.decode(plain), plain
