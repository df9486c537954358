"""Tags and names in simplified HTML, found without parsing a tree."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

VOID_TAGS = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    }
)
"""Tags that hold nothing and have no end."""
_TAG = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/>\"'<]*+)"
    r"(?P<attributes>(?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>"
)


_TAG_START = re.compile(r"</?[a-zA-Z]")


_NAME = re.compile(r"""(?:^|\s)name=(?:"([^"]*+)"|'([^']*+)')""")


def names_in(page: str) -> frozenset[str]:
    """Every ``name`` attribute's value in `page`."""
    found: set[str] = set()
    for match in tags(page):
        name = _NAME.search(match["attributes"])
        if name is not None:
            found.add(html.unescape(name[1] if name[1] is not None else name[2]))
    return frozenset(found)


def tags(page: str) -> Iterator[re.Match[str]]:
    """The tags of `page` in order, up to one that never ends: from there on it is no HTML."""
    position = page.find("<")
    while position >= 0:
        match = _TAG.match(page, position)
        if match is not None:
            yield match
            position = match.end()
        elif _TAG_START.match(page, position):
            return
        else:
            position += 1
        position = page.find("<", position)
