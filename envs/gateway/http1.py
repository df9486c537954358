"""HTTP/1.1 requests as a proxy reads them (RFC 9112): heads, and where a body ends.

Strict: what two readers could understand differently is refused, since a request hidden in
another's body would reach a server unjudged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_HEAD = 256 * 1024
"""Bytes of a request's head; Chromium accepts as much in a response."""

_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*)")
_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"host", b"upgrade")
)


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
        self._trailer = False

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
            self.done = not line
            return
        size = line.split(b";", 1)[0].rstrip(b" \t")
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise BadRequest("a chunk has no size")
        self._left = int(size, 16) + 2
        if self._left == 2:
            self._left, self._trailer = 0, True

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
        BadRequest: anything but an HTTP/1.0 or 1.1 request line and plain header fields.
    """
    first, *lines = raw.split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise BadRequest("the request line is malformed")
    fields = []
    for text in lines:
        field = _FIELD.fullmatch(text)
        if field is None:
            raise BadRequest("a header field is malformed")
        fields.append((field[1].lower(), field[2].rstrip(b" \t")))
    return Head(line[1], line[2], line[3], fields)


def body_of(head: Head) -> Body:
    """The body that follows `head`, of length 0 where none does.

    Raises:
        BadRequest: its end cannot be told for sure.
    """
    coding = head.values(b"transfer-encoding")
    lengths = set(head.values(b"content-length"))
    if coding:
        if lengths or head.minor == b"0" or [c.lower() for c in coding] != [b"chunked"]:
            raise BadRequest("the body's transfer coding is ambiguous")
        return Chunked()
    if not lengths:
        return Length(0)
    length = lengths.pop()
    if lengths or not re.fullmatch(rb"[0-9]{1,18}", length):
        raise BadRequest("the body's length is ambiguous")
    return Length(int(length))


def upgrade_of(head: Head) -> bytes:
    """The protocol the client asks to switch to, or nothing."""
    asked = any(b"upgrade" in value.lower() for value in head.values(b"connection"))
    return b", ".join(head.values(b"upgrade")) if asked else b""


def forwarded(head: Head, path: bytes, host: bytes) -> bytes:
    """The head to send on: origin form, `host` as Host, nothing meant for the proxy alone."""
    named = {
        name.strip().lower() for value in head.values(b"connection") for name in value.split(b",")
    }
    lines = [b"%b %b HTTP/1.%b" % (head.method, path, head.minor), b"Host: " + host]
    for name, value in head.fields:
        if name not in _HOP_BY_HOP and (name not in named or name in _FRAMING):
            lines.append(name + b": " + value)
    if upgrade := upgrade_of(head):
        lines += (b"Connection: Upgrade", b"Upgrade: " + upgrade)
    elif b"close" in named:
        lines.append(b"Connection: close")
    lines.append(b"\r\n")
    return b"\r\n".join(lines)


_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
"""Never dropped, whatever Connection names: the body's end depends on them."""
