"""Cutting simplified HTML down to a budget, and reading the names left in it.

Linear in the length of the page. Never looks at what was done on the page: a cut that did would
tell the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from agent.sessions.html_tags import VOID_TAGS, tags


class Ruler(Protocol):
    """Measures text in tokens: an `agent.prompts.tokenizer.Tokenizer`, or an estimate of one."""

    def encode(self, text: str, /) -> tuple[int, ...]: ...

    def count(self, text: str, /) -> int: ...

    def head(self, text: str, tokens: int, /) -> int: ...


"""Elements without an end tag (HTML standard, 13.1.2)."""


def trim(page: str, tokens: int, tokenizer: Ruler) -> str:
    """`page`, or a beginning of it that ends between elements and has at most `tokens` tokens.

    What is open there is closed, so tags stay balanced; text stays whole.
    """
    end = tokenizer.head(page, tokens)
    if end == len(page):
        return page
    cuts = list(_cuts(page, end))
    while cuts:
        position, open_tags = cuts.pop()
        cut = page[:position] + "".join(f"</{tag}>" for tag in reversed(_unlink(open_tags)))
        over = len(tokenizer.encode(cut)) - tokens
        if over <= 0:
            return cut
        cuts = cuts[: _before(cuts, position - over)]
    return ""


_Open = tuple[str, "_Open"] | None
"""Open elements as a linked list, innermost first: remembering one costs nothing."""


def _cuts(page: str, end: int) -> Iterator[tuple[int, _Open]]:
    """Places before `end` between elements, with what is open there."""
    stack: _Open = None
    inside: Counter[str] = Counter()
    for match in tags(page):
        if match.end() > end:
            if match.start() <= end and not match["end"]:
                yield match.start(), stack
            return
        tag = match["tag"].lower()
        if match["end"]:
            if not inside[tag]:
                continue
            while stack is not None:
                closed, stack = stack
                inside[closed] -= 1
                if closed == tag:
                    break
            yield match.end(), stack
        elif tag in VOID_TAGS or match["attributes"].endswith("/"):
            yield match.end(), stack
        else:
            yield match.start(), stack
            stack = (tag, stack)
            inside[tag] += 1


def _unlink(stack: _Open) -> list[str]:
    """The open tags, outermost first."""
    tags: list[str] = []
    while stack is not None:
        tag, stack = stack
        tags.append(tag)
    return tags[::-1]


def _before(cuts: list[tuple[int, _Open]], position: int) -> int:
    """How many of `cuts` lie at or before `position`, one less than all at the most."""
    count = len(cuts)
    while count and cuts[count - 1][0] > position:
        count -= 1
    return count
