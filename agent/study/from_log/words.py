"""The words by which questions and logs speak of the same: data, read from ``words.toml``.

Knows words, not what is made of them.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

Pattern = re.Pattern[str]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Patterns of all languages together, see ``words.toml`` for what the groups are."""

    beyond: Pattern
    seen: Pattern
    acts: dict[str, Pattern]
    subjects: dict[str, Pattern]
    said: dict[str, Pattern]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a question is about. `beyond`: what no log tells. `words` are what was perhaps seen,
    where it is nothing that is known."""

    beyond: bool = False
    acts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@cache
def words() -> Words:
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    groups = ("acts", "subjects", "said")
    many = {group: {k: _joined(v) for k, v in raw[group].items()} for group in groups}
    return Words(beyond=_joined(raw["beyond"]), seen=_joined(raw["seen"]), **many)


def _joined(by_language: dict[str, str]) -> Pattern:
    return re.compile("|".join(f"(?:{one})" for one in by_language.values()), re.IGNORECASE)


_MORE_EXACT = {
    "buy": ("not_buy",),
    "not_buy": ("leave",),
    "like": ("dislike",),
    "wanted": ("found",),
    "searched": ("wanted", "found"),
    "thought": ("leave", "not_buy", "buy", "like", "dislike", "compare"),
    "opened": ("course", "compare", "wanted", "hard", "like", "dislike"),
}
"""Acts that are left out beside these, whose words hold theirs, or whose answers do."""
_LITTLE = frozenset(
    """
    the a an any some anything something about more that this there on page pages shop site you
    your it and or of in to for
    der die das den dem ein eine einen sie du ihr ist im auf seite seiten und oder gesehen bemerkt
    gefunden gelesen entdeckt le la les un une des du de sur et ou vous tu el los las una unos en
    página y o usted
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)


@lru_cache(maxsize=16)  # the same is asked about every visit
def asked_about(question: str) -> Asked:
    """What a question asks for; all empty where it is nothing that is known here."""
    known = words()
    text = question.casefold()
    if known.beyond.search(text):
        return Asked(beyond=True)
    found = [act for act, pattern in known.acts.items() if pattern.search(text)]
    acts = [act for act in found if not set(_MORE_EXACT.get(act, ())) & set(found)]
    subjects = [one for one, pattern in known.subjects.items() if pattern.search(text)]
    if subjects:  # "did you see the price": not which products; "think of it": not of all
        acts = [act for act in acts if act not in ("opened", "thought")]
    seen = known.seen.search(text)
    if acts or subjects or not seen:
        return Asked(acts=tuple(acts), subjects=tuple(subjects))
    behind = re.findall(r"[^\W_]{2,}", text[seen.end() :])
    return Asked(words=tuple(word for word in behind if word not in _LITTLE))
