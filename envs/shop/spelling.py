"""Typo tolerance: words that the shop does not know become the nearest ones it does.

Works on a vocabulary of words and how often they occur.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W_]+")
LONGEST_QUERY = 200
"""Characters of a query that are looked at; the rest is ignored."""
MOST_WORDS = 16


def words_of(text: str) -> list[str]:
    """The words of `text` in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def query_words(query: str) -> list[str]:
    """The words of a search that are looked at."""
    return words_of(query[:LONGEST_QUERY])[:MOST_WORDS]


class Speller:
    """Corrects words towards a vocabulary. Words in `left_alone` stay as they are."""

    def __init__(self, texts: Iterable[str], left_alone: frozenset[str] = frozenset()) -> None:
        self.counts = Counter(word for text in texts for word in words_of(text))
        self._left_alone = left_alone
        self._aims = [word for word in self.counts if len(word) > 2 and not word.isdigit()]
        self._nearest = lru_cache(maxsize=20_000)(self._search)

    def correct(self, words: Iterable[str]) -> list[str]:
        """Each word as it stands where known, else the nearest known one or two, else itself."""
        joined = self._join(list(words))
        return [part for word in joined for part in self._nearest(word)]

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has the word, or its plain or plural form."""
        return any(form in self.counts for form in (word, *_other_number(word)))

    def _join(self, words: list[str]) -> list[str]:
        """Two neighbours that make one known word are joined: ``back pack``, ``t shirt``."""
        result: list[str] = []
        for word in words:
            pair = result[-1] + word if result else ""
            if pair in self.counts:
                result[-1] = pair
            else:
                result.append(word)
        return result

    def _search(self, word: str) -> tuple[str, ...]:
        if len(word) < 3 or word.isdigit() or word in self._left_alone or self.knows(word):
            return (word,)
        split = self._split(word)
        if split:
            return split
        allowed = 1 if len(word) <= 5 else 2
        # Edits are insert, delete, replace, swap neighbours: the optimal string alignment distance.
        near = process.extract_iter(word, self._aims, scorer=OSA.distance, score_cutoff=allowed)
        # People rarely get the first letter wrong (Yannakoudakis & Fawthrop 1983).
        ranked = (
            (edits + 0.6 * (word[0] != known[0]), -self.counts[known], known)
            for known, edits, _ in near
        )
        return (min(ranked, default=(0, 0, word))[2],)

    def _split(self, word: str) -> tuple[str, ...] | None:
        """Two known words written as one: ``waterbottle``."""
        for cut in range(3, len(word) - 2):
            if word[:cut] in self.counts and self.knows(word[cut:]):
                return word[:cut], word[cut:]
        return None


def _other_number(word: str) -> tuple[str, ...]:
    """What `word` may be in the plural, or, where it looks like a plural, in the singular."""
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("es"):
        return (word[:-2], word[:-1]) if len(word) > 4 else ()
    return (word[:-1],) if word.endswith("s") else (word + "s",)
