"""The word lists of `page/phrases.js`, for what must be judged while no page can be asked.

A page with an open dialog answers nothing, so what its dialog says is judged here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

_LISTS = Path(__file__).with_name("phrases.js")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
"""As `PLAIN_LETTERS` of page/text.js."""
_JOINED = re.compile(r"[\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]")
"""Scripts that write no spaces, or articles and endings without one."""


def phrases(kind: str) -> tuple[str, ...]:
    """The phrases of one list as they stand there."""
    found = re.search(rf"^  {kind}: `([^`]+)`", _LISTS.read_text("utf-8"), re.MULTILINE)
    assert found is not None, kind
    return tuple(phrase.strip() for phrase in found[1].split("|"))


def plain(text: str) -> str:
    """Lower-case words without accents, with single spaces, as `plain` of page/folding.js."""
    shown = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    apart = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", shown))
    folded = unicodedata.normalize("NFC", apart).lower().translate(_LETTERS)
    marked = (c if c.isalnum() or unicodedata.combining(c) else _spaced(c) for c in folded)
    return " ".join("".join(marked).split())


def says_order(text: str) -> bool:
    """Whether `text` speaks of placing an order or paying, in whatever form of the words."""
    return _ordering().search(plain(text)) is not None


def says_placed(text: str) -> bool:
    """Whether `text` tells that an order was placed: thanks for it, or gives its number."""
    return _placed().search(plain(text)) is not None


@cache
def _placed() -> re.Pattern[str]:
    numbered = (rf"{_pattern(p)}\s?(?:[^\W\d]+\s)?\w*\d" for p in phrases("orderNumber"))
    return re.compile("|".join((*map(_pattern, phrases("placed")), *numbered)))


@cache
def _ordering() -> re.Pattern[str]:
    """Phrases of several words that buy, and what orders and payments are called."""
    buying = [p for p in phrases("buy") if " " in p.removesuffix(" *") or _long(p)]
    return re.compile("|".join(_pattern(p) for p in (*buying, *phrases("ordering"))))


def _long(phrase: str) -> bool:
    """One word of a script without spaces may be as much as several."""
    return (
        len(phrase) > 2
        and re.search(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]", phrase) is not None
    )


def _pattern(phrase: str) -> str:
    said = re.escape(plain(phrase))
    if _JOINED.search(phrase):
        return said
    return rf"(?<!\w){said}" + ("" if phrase.endswith("*") else r"(?!\w)")


def _spaced(character: str) -> str:
    """Vowel signs are part of a word; everything else parts words."""
    return character if unicodedata.category(character) in ("Mc", "Mn") else " "
