"""JSON of any size, a value at a time, in constant memory.

Finds where a value ends without reading what it says. Knows nothing of recordings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.sessions.session import RecordError

LONGEST_VALUE = 1 << 28
"""Bytes of the longest single value that is read (256 MiB)."""
_LEAST = 1 << 16
_DROP = 1 << 22
_SPACE = re.compile(rb"[\s\x00\xef\xbb\xbf\x1e]*")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]|"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}\[{:]+")
_KEY = re.compile(rb'\s*("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*:\s*(.)', re.DOTALL)


class CutOff(Exception):
    """The text ends in the middle of a value."""


class JsonStream:
    """Values one after another, nested as far as the reader goes in."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()
        self._at = 0
        self._gone = 0
        self._over = False

    @property
    def position(self) -> int:
        """Bytes that were passed."""
        return self._gone + self._at

    def peek(self) -> str:
        """The first character of the next value or the bracket that ends; empty at the end."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held):
                return chr(self._held[self._at])
            if not self._more():
                return ""

    def take(self, expected: str) -> None:
        """Pass one character of punctuation.

        Raises:
            CutOff: the text ends before it.
            RecordError: something else stands there.
        """
        found = self.peek()
        if not found:
            raise CutOff
        if found != expected:
            raise RecordError(f"not JSON: {found!r} where {expected!r} belongs, {self._where()}")
        self._at += 1

    def next_item(self, closing: str) -> bool:
        """Whether another item of an array or object follows; passes commas and the end."""
        found = self.peek()
        if found == ",":
            self._at += 1
            found = self.peek()
        if not found:
            raise CutOff
        if found == closing:
            self._at += 1
            return False
        return True

    def raw(self) -> bytes:
        """The whole next value.

        Raises:
            CutOff: the text ends within it.
            RecordError: no value, or one that is too long.
        """
        first = self.peek()
        if not first:
            raise CutOff
        end = self._end() if first in '"[{' else self._scalar_end()
        value = bytes(memoryview(self._held)[self._at : end])
        self._at = end
        return value

    def first_keys(self, most: int = 4096) -> dict[str, str]:
        """Keys of the object that begins here and the first character of each value, as far as
        the next `most` bytes tell; nothing is passed."""
        while len(self._held) - self._at < most and self._more():
            pass
        keys: dict[str, str] = {}
        at, limit = self._at + 1, self._at + most
        while at < limit and (found := _KEY.match(self._held, at)):
            key = found[1][1:-1].decode("utf-8", "replace")
            keys[key] = chr(found[2][0])
            end = self._known_end(found.start(2), limit)
            if end is None:
                inner = _KEY.match(self._held, found.end(2)) if keys[key] == "{" else None
                if inner:
                    keys[f"{key}."] = inner[1][1:-1].decode("utf-8", "replace")
                break
            comma = re.compile(rb"\s*,").match(self._held, end)
            if comma is None:
                break
            at = comma.end()
        return keys

    def _known_end(self, start: int, limit: int) -> int | None:
        if chr(self._held[start]) not in '"[{':
            found = _SCALAR.match(self._held, start)
            return found.end() if found else None
        depth, at = 0, start
        while token := _TOKEN.search(self._held, at, limit):
            at = token.end()
            if token[0] in (b"[", b"{"):
                depth += 1
            elif token[0] in (b"]", b"}"):
                depth -= 1
            elif token[0] == b'"':
                return None
            if depth == 0:
                return at
        return None

    def _end(self) -> int:
        depth, at = 0, self._at
        while True:
            token = _TOKEN.search(self._held, at)
            if token is None or token[0] == b'"':
                at = token.start() if token else len(self._held)
                offset = at - self._at
                if not self._more(whole=True):
                    raise CutOff
                at = self._at + offset
                continue
            at = token.end()
            if token[0] in (b"[", b"{"):
                depth += 1
            elif token[0] in (b"]", b"}"):
                depth -= 1
            if depth == 0:
                return at

    def _scalar_end(self) -> int:
        while True:
            found = _SCALAR.match(self._held, self._at)
            if found is None:
                raise RecordError(f"not JSON: no value {self._where()}")
            if found.end() < len(self._held) or not self._more():
                return found.end()

    def _more(self, whole: bool = False) -> bool:
        """Read on; in a value, as much again as is held of it, so that it is not sought in vain."""
        if self._at > _DROP:
            del self._held[: self._at]
            self._gone, self._at = self._gone + self._at, 0
        wanted = max(_LEAST, len(self._held) - self._at if whole else 0)
        before = len(self._held)
        while len(self._held) - before < wanted and not self._over:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._over = True
                break
            self._held += chunk
        if len(self._held) - self._at > LONGEST_VALUE:
            raise RecordError(f"a value of more than {LONGEST_VALUE >> 20} MiB {self._where()}")
        return len(self._held) > before

    def _where(self) -> str:
        return f"at byte {self.position:,}"
