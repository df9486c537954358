"""Which addresses are the same kind of page: ``/p/red-mug-12`` and ``/p/blue-mug-7`` are ``/p/*``.

From the addresses of one study alone, with no knowledge of any site. Queries are left out: they
say what was asked of a page, not which page it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

MANY = 4
"""More different words than this below the first place of a path stand for things, not for pages:
a shop has many products and departments, but at its root each word is a page of its own."""
_THING = re.compile(r"\d|[-_][^-_]+[-_]|.{25}|%[0-9a-f]{2}", re.I)
"""Numbers, three words and more, or long and escaped words: the name of a thing."""

Parts = tuple[str, ...]


class Patterns:
    """Page patterns of a set of addresses."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._many: set[Parts] = set()
        paths = sorted({_parts(url) for url in urls})
        for depth in range(1, max(map(len, paths), default=0)):
            children: defaultdict[Parts, set[str]] = defaultdict(set)
            for path in paths:
                if len(path) > depth:
                    children[self._general(path[:depth])].add(path[depth])
            self._many |= {at for at, words in children.items() if len(words) > MANY}

    def of(self, url: str) -> str:
        """The pattern of an address, e.g. ``/p/*``; the whole address where it has no path."""
        return "/" + "/".join(self._general(_parts(url))) if "://" in url else url[:80]

    def _general(self, path: Parts) -> Parts:
        shown: list[str] = []
        for word in path:
            thing = tuple(shown) in self._many or _THING.search(word)
            shown.append("*" if thing else word)
        return tuple(shown)


def page_key(url: str) -> str:
    """What makes two views views of the same page: the address without its fragment."""
    return url.partition("#")[0]


def _parts(url: str) -> Parts:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ()
    return tuple(part for part in path.split("/") if part)
