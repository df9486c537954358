"""HTTP/1.1 requests as a proxy reads them (RFC 9112): heads, and where a body ends.

Strict: what two readers could understand differently is refused, since a request hidden in
another's body would reach a server unjudged. A test holds it to be at least as strict as h11.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_HEAD = 256 * 1024
"""Bytes of a request's head; Chromium accepts as much in a response."""

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TEXT = rb"[\t\x20-\x7e\x80-\xff]*"
_LINE = re.compile(rb"(%b) ([\x21-\x7e]+) HTTP/1\.([01])" % _TOKEN)
_FIELD = re.compile(rb"(%b):[ \t]*(%b)" % (_TOKEN, _TEXT))
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})(?:;%b)?" % _TEXT)
_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"host", b"upgrade")
)


Fields = Sequence[tuple[bytes, bytes]]
"""Names, in lower case, and values."""


class BadRequest(ValueError):
    """Bytes that are not one unmistakable request."""


@dataclass(slots=True)
class Head:
    """A request's first line and header fields, in order; names in lower case."""

    method: bytes
    target: bytes
    minor: bytes
    fields: list[tuple[bytes, bytes]]

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def connection(self) -> frozenset[bytes]:
        """What the Connection header names, in lower case."""
        values = self.values(b"connection")
        return frozenset(name.strip().lower() for v in values for name in v.split(b","))


class Length:
    """A body of so many bytes."""

    def __init__(self, size: int) -> None:
        self._left = size

    @property
    def done(self) -> bool:
        return self._left == 0

    def take(self, data: bytes) -> int:
        """How many of the first bytes of `data` belong to the body."""
        taken = min(self._left, len(data))
        self._left -= taken
        return taken


class Chunked:
    """A body in chunks, up to and with its trailer."""

    def __init__(self) -> None:
        self.done = False
        self._left = 0  # bytes of the chunk and its line end still to come
        self._line = b""  # the part of a line seen so far
        self._trailer = 0  # bytes of the trailer seen, from the empty chunk's line on

    def take(self, data: bytes) -> int:
        """How many of the first bytes of `data` belong to the body.

        Raises:
            BadRequest: the chunks are not well formed.
        """
        at = 0
        while at < len(data) and not self.done:
            if self._left:
                step = min(self._left, len(data) - at)
                self._check_line_end(data[at : at + step])
                self._left -= step
                at += step
            else:
                at = self._read_line(data, at)
        return at

    def _read_line(self, data: bytes, at: int) -> int:
        end = data.find(b"\n", at)
        stop = len(data) if end < 0 else end + 1
        self._line += data[at:stop]
        if len(self._line) > 16_384:
            raise BadRequest("a chunk's line is too long")
        if end >= 0:
            line, self._line = self._line, b""
            if not line.endswith(b"\r\n"):
                raise BadRequest("a chunk's line ends without a carriage return")
            self._take_line(line[:-2])
        return stop

    def _take_line(self, line: bytes) -> None:
        if self._trailer:
            self._take_trailer(line)
            return
        chunk = _CHUNK.fullmatch(line)
        if chunk is None:
            raise BadRequest("a chunk has no size")
        size = int(chunk[1], 16)
        if size:
            self._left = size + 2
        else:
            self._trailer = len(line)

    def _take_trailer(self, line: bytes) -> None:
        self._trailer += len(line) + 2
        if self._trailer > MAX_HEAD:
            raise BadRequest("the trailer is too long")
        if not line:
            self.done = True
        elif _field(line)[0] in _NEVER_TRAILING:
            raise BadRequest("the trailer has a field that belongs in the head")

    def _check_line_end(self, piece: bytes) -> None:
        """The last two bytes counted in `_left` must be CR LF."""
        for place, expected in ((2, 0x0D), (1, 0x0A)):
            index = self._left - place
            if 0 <= index < len(piece) and piece[index] != expected:
                raise BadRequest("a chunk is longer than its size")


Body = Length | Chunked


def parse_head(raw: bytes) -> Head:
    """Read a head without its final empty line.

    Raises:
        BadRequest: anything but an HTTP/1.0 or 1.1 request line and plain header fields, with one
            Host among them, which HTTP/1.0 may leave out.
    """
    first, *lines = raw.split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise BadRequest("the request line is malformed")
    head = Head(line[1], line[2], line[3], [_field(text) for text in lines])
    hosts = len(head.values(b"host"))
    if hosts > 1 or (hosts == 0 and head.minor == b"1"):
        raise BadRequest("the request does not have one Host")
    return head


def _field(line: bytes) -> tuple[bytes, bytes]:
    """Name, in lower case, and value."""
    field = _FIELD.fullmatch(line)
    if field is None:
        raise BadRequest("a header field is malformed")
    return field[1].lower(), field[2].rstrip(b" \t")


def body_of(head: Head) -> Body:
    """The body that follows `head`, of length 0 where none does.

    Raises:
        BadRequest: its end cannot be told for sure.
    """
    coding = head.values(b"transfer-encoding")
    lengths = head.values(b"content-length")
    if coding:
        if lengths or head.minor == b"0" or [c.lower() for c in coding] != [b"chunked"]:
            raise BadRequest("the body's transfer coding is ambiguous")
        return Chunked()
    if not lengths:
        return Length(0)
    if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
        raise BadRequest("the body's length is ambiguous")
    return Length(int(lengths[0]))


def upgrade_of(head: Head) -> bytes:
    """The protocol the client asks to switch to, or nothing."""
    return b", ".join(head.values(b"upgrade")) if b"upgrade" in head.connection() else b""


def forwarded(head: Head, path: bytes, host: bytes, added: Fields = ()) -> bytes:
    """The head to send on to `path`, in origin form for a host: `host` as Host, nothing meant for
    the proxy alone, and the fields `added` in place of those of the same name."""
    named = head.connection()
    replaced = {name for name, _ in added}
    lines = [b"%b %b HTTP/1.%b" % (head.method, path, head.minor), b"Host: " + host]
    for name, value in head.fields:
        kept = name not in _HOP_BY_HOP and (name not in named or name in _FRAMING)
        if kept and name not in replaced:
            lines.append(name + b": " + value)
    lines += (name + b": " + value for name, value in added)
    if upgrade := upgrade_of(head):
        lines += (b"Connection: Upgrade", b"Upgrade: " + upgrade)
    elif b"close" in named:
        lines.append(b"Connection: close")
    lines.append(b"\r\n")
    return b"\r\n".join(lines)


_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
"""Never dropped, whatever Connection names: the body's end depends on them."""
_NEVER_TRAILING = _FRAMING | {b"host"}
"""A reader that merged the trailer into the head would take them for the request's."""
