"""A request as the guard sees it: method, address, and of its body only the keys and what they say
is to be done. Values are looked at here and kept nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from envs.guard.words import TELLING_KEYS, words_of

How = Literal["page", "call", "beacon", "part", "socket"]
"""What asks: a navigation of a window or frame, a script, a script that wants no answer, the page
for a part of it (image, script, prefetch), or a message on an open socket."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_KEYS = 200
_DEEP = 4
_MULTIPART = re.compile(r'name="([^"\r\n]{1,200})"(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]{0,80})')
_OPERATIONS = re.compile(r"(?<![\w$])(query|mutation|subscription)\b")
_STRINGS = re.compile(r'"""(?s:.*?)"""|"(?:\\.|[^"\\\n])*"|#[^\n]*')
_NAMES = re.compile(r"[A-Za-z_]\w*")
_ASKS = re.compile(r"(?:get|fetch|load|list|search|find)(?=[A-Z_])|\w+Query$")
_BEAT = re.compile(r"\W*(?:ping|pong|heartbeat|hb)?\W*\d{0,3}\W*", re.IGNORECASE)


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a body holds: its keys, what values say is to be done, and whether it only asks
    (GraphQL queries)."""

    keys: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    reads: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request that is about to leave."""

    method: str
    url: str
    how: How = "call"
    body: Body = Body()
    answers_post: bool = False
    """The address that the answer to a request that changed something led on to."""

    @property
    def reads(self) -> bool:
        """Whether by its method, or as a GraphQL query, it only asks."""
        return self.method in READS or self.body.reads

    @property
    def told(self) -> tuple[str, tuple[str, ...]]:
        """Address without values, and all keys: what may be kept of it."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return self.url.partition("?")[0][:300], self.body.keys[:50]
        query = [key for key, _ in parse_qsl(parts.query, keep_blank_values=True)]
        address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        return address[:300], tuple(key[:80] for key in (*query, *self.body.keys)[:50])


def read_body(text: str, content_type: str = "") -> Body:
    """What a body of this content type holds; one that cannot be read holds nothing."""
    kind = content_type.lower()
    if not text:
        return Body()
    if "multipart/" in kind or text.startswith("--"):
        found = _MULTIPART.findall(text)[:_MOST_KEYS]
        if found:
            return _of_pairs(found)
    if "json" in kind or text.lstrip()[:1] in ("{", "["):
        try:
            return _of_json(json.loads(text))
        except (ValueError, RecursionError):
            pass
    if "graphql" in kind:
        return _of_graphql(text)
    if "=" in text[:2000]:
        return _of_pairs(parse_qsl(text, keep_blank_values=True, max_num_fields=None)[:_MOST_KEYS])
    return Body()


def read_message(text: str) -> Body:
    """What a message on a socket holds; of one that is mere text, that text."""
    if _BEAT.fullmatch(text[:40]) and len(text) <= 40:
        return Body(reads=True)
    found = read_body(text)
    return found if found.keys or found.said else Body(said=(text[:80],))


def _of_pairs(pairs: Iterable[tuple[str, str]]) -> Body:
    pairs = list(pairs)
    return Body(keys=tuple(key for key, _ in pairs), said=tuple(_telling(pairs)))


def _telling(pairs: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for key, value in pairs:
        short = isinstance(value, str) and 0 < len(value) <= 80
        if short and {key.lower(), *words_of(key)} & TELLING_KEYS:
            yield value


def _of_json(data: Any) -> Body:
    if isinstance(data, list):
        every = [_of_json(one) for one in data[:_MOST_KEYS] if isinstance(one, dict)]
        return Body(
            keys=tuple(key for one in every for key in one.keys)[:_MOST_KEYS],
            said=tuple(said for one in every for said in one.said),
            reads=bool(every) and all(one.reads for one in every),
        )
    if not isinstance(data, Mapping):
        return Body()
    query = data.get("query")
    if isinstance(query, str) and "{" in query:
        inner = _of_graphql(query)
        name = data.get("operationName")
        said = (*inner.said, *((name,) if isinstance(name, str) and not inner.reads else ()))
        return Body(keys=tuple(_keys(data))[:_MOST_KEYS], said=said, reads=inner.reads)
    pairs = list(_pairs(data))[:_MOST_KEYS]
    name = data.get("operationName")
    reads = isinstance(name, str) and _ASKS.match(name[:1].lower() + name[1:]) is not None
    return Body(keys=tuple(key for key, _ in pairs), said=tuple(_telling(pairs)), reads=reads)


def _pairs(data: Any, deep: int = 0) -> Iterable[tuple[str, Any]]:
    if deep > _DEEP:
        return
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield str(key), value
            yield from _pairs(value, deep + 1)
    elif isinstance(data, list):
        for value in data[:20]:
            yield from _pairs(value, deep + 1)


def _keys(data: Any) -> Iterable[str]:
    return (key for key, _ in _pairs(data))


def _of_graphql(query: str) -> Body:
    """The kinds of the document's operations, and the names in what it would change."""
    bare = _STRINGS.sub(" ", query)
    kinds = set(_OPERATIONS.findall(bare))
    if "mutation" not in kinds:
        return Body(reads="{" in bare)
    names = _NAMES.findall(bare[bare.find("mutation") :][:2000])
    return Body(said=tuple(dict.fromkeys(n for n in names if n != "mutation"))[:60])
