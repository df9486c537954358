"""What a sentence asks for: its head noun and what is said of it, without a grammar.

Words of wanting are passed over, what follows is the thing, up to a word such as *for*, *with* or
*under*; what comes after that says what it is to be like or for. Any language of `language`; a text
in another one is taken as it stands.
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from agent.shoppers.language import Language

LONGEST = 8
"""Words of the thing itself that are looked at; nobody names it with more."""
MOST_DETAILS = 8
_TOKEN = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*|[,;:.!?()]")
_PRICE = re.compile(
    r"(?:\b(?:price|priced|costs?|under|below|less than|lower than|up to|at most|cheaper than)\s+)*"
    r"(?:[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:dollars?|euros?|bucks|usd|eur|[$€£]))",
    re.IGNORECASE,
)
_HIDDEN_APOSTROPHE = str.maketrans("’", "'")


class Asked(msgspec.Struct, frozen=True):
    """`thing` as it is said (``warm blanket``), its `head` (``blanket``), and `details` that come
    after (``sofa``), each a word or two."""

    thing: tuple[str, ...] = ()
    head: str = ""
    details: tuple[str, ...] = ()

    @property
    def attributes(self) -> tuple[str, ...]:
        """Words said of the head, in order."""
        return tuple(w for w in self.thing if w != self.head)


def asked_for(text: str, language: Language) -> Asked:
    """What `text` asks for; empty when it names nothing."""
    plain = _PRICE.sub(" , ", text[:1000].translate(_HIDDEN_APOSTROPHE).lower())
    tokens: list[str] = _TOKEN.findall(plain)
    thing, end = _thing(tokens, _first_telling(tokens, 0, language), language)
    while thing and _measures_only(thing, language) and end < len(tokens):
        more, end = _thing(tokens, _first_telling(tokens, end, language), language)
        thing = more or thing
        if not more:
            break
    if not thing:
        return Asked()
    return Asked(thing, _head(thing, language), _details(tokens[end:], thing, language))


def _first_telling(tokens: list[str], at: int, language: Language) -> int:
    """Where the thing begins: behind words of wanting, and behind ``a pair of``."""
    while at < len(tokens) and not _tells(tokens[at], language):
        at += 1
    for n, (word, then) in enumerate(pairwise(tokens[at : at + 4])):
        if word in language.measures and then in ("of", "de", "d'"):
            rest = at + n + 2
            if rest < len(tokens) and _tells(tokens[rest], language):
                return rest
    return at


def _thing(tokens: list[str], start: int, language: Language) -> tuple[tuple[str, ...], int]:
    """Words up to one that cuts, and where they end. A comma after one word cuts nothing."""
    found: list[str] = []
    at = start
    while at < len(tokens) and len(found) < LONGEST:
        token = tokens[at]
        if token in language.joins and found and _tells_at(tokens, at + 1, language):
            found.append(token)
        elif token in language.cut or (token in language.small and found):
            break
        elif not _is_word(token):
            if token != "," or len(found) > 1 or not _tells_at(tokens, at + 1, language):
                break
        elif _tells(token, language):
            found.append(token[:40])
        at += 1
    return tuple(found), at


def _head(thing: tuple[str, ...], language: Language) -> str:
    words = [w for w in thing if any(c.isalpha() for c in w)] or list(thing)
    return words[0] if language.head_first else words[-1]


def _measures_only(thing: tuple[str, ...], language: Language) -> bool:
    """Whether the words only say how much there is to be: ``4 ounces``."""
    return all(w in language.measures or w.isdigit() for w in thing)


def _details(tokens: list[str], thing: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Telling words behind the thing, each once; a number keeps the word it stands beside."""
    found: list[str] = []
    before = ""
    for token in tokens:
        if _tells(token, language) and token not in thing:
            numbered = token[0].isdigit() and before and found and found[-1] == before
            if numbered:
                found[-1] = f"{before} {token}"
            elif token not in found:
                found.append(token[:40])
        before = token
    return tuple(found[:MOST_DETAILS])


def _tells(token: str, language: Language) -> bool:
    return _is_word(token) and token not in language.leading


def _tells_at(tokens: list[str], at: int, language: Language) -> bool:
    return at < len(tokens) and _tells(tokens[at], language)


def _is_word(token: str) -> bool:
    return token[0].isalnum()
