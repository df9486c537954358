"""Words that enough different people typed for none of them to be known by it.

k-anonymity of what is written (Sweeney 2002, International Journal of Uncertainty, Fuzziness and
Knowledge-Based Systems 10:557): a phrase is kept only if at least k people searched for it. What
looks like an address or a number is not kept however often it was typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from agent.sessions.session import SECRET

LONGEST = 4
ALONE = 0.2
"""So many of those who typed a phrase typed nothing else with it: *mug*, and not *white*, which is
said of things and is none."""
_WORD = re.compile(r"[^\W\d_][\w'’-]*", re.UNICODE)
_PRIVATE = re.compile(r"\S*[@\d]\S*|https?:\S+|\[[^\]]*\]")
# fmt: off
_LITTLE = frozenset((
    "a", "an", "the", "for", "with", "and", "or", "of", "in", "on", "to", "under", "my", "i",
    "want", "need", "some", "der", "die", "das", "ein", "eine", "für", "mit", "und", "le",
    "la", "les", "un", "une", "pour", "avec", "et", "de", "du", "des", "el", "los", "las",
    "para", "con", "y",
))
# fmt: on


def phrases(text: str) -> set[str]:
    """Every phrase of up to `LONGEST` words in a search, without private words; none begins or
    ends with a word that says nothing by itself."""
    found = set()
    for part in _PRIVATE.split(text.casefold().replace(SECRET, " ")):
        words = _WORD.findall(part)
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + LONGEST) + 1):
                if words[start] not in _LITTLE and words[end - 1] not in _LITTLE:
                    found.add(" ".join(words[start:end]))
    return found


def shared(searches: Iterable[tuple[str, Iterable[str]]], least: int) -> dict[str, frozenset[str]]:
    """Phrases that at least `least` people searched for, and who; a phrase within a longer one that
    as many share is left to that one. `searches`: each person and what they typed."""
    by_phrase: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for who, texts in searches:
        for text in texts:
            whole[" ".join(text.casefold().split())].add(who)
            for phrase in phrases(text):
                by_phrase[phrase].add(who)
    kept = {
        phrase: who
        for phrase, who in by_phrase.items()
        if len(who) >= least and len(whole[phrase]) >= ALONE * len(who)
    }
    return {
        phrase: frozenset(who)
        for phrase, who in sorted(kept.items())
        if not any(
            f" {phrase} " in f" {longer} " and len(others) >= 0.8 * len(who)
            for longer, others in kept.items()
            if longer != phrase
        )
    }
