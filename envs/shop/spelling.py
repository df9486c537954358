"""Typo tolerance: words that the shop does not know become the nearest ones it does.

Works on a vocabulary of words and how often they occur. Knows nothing of products or SQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

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
        self._by_length: dict[int, list[tuple[str, frozenset[str]]]] = {}
        for word in sorted(self.counts):
            if len(word) > 2 and not word.isdigit():
                self._by_length.setdefault(len(word), []).append((word, frozenset(word)))
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
        best: tuple[float, int, str] | None = None
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            for known, letters in self._by_length.get(length, ()):
                if len(letters.symmetric_difference(word)) > 2 * allowed:
                    continue  # an edit changes at most two of the letters that occur
                edits = distance(word, known, allowed)
                if edits <= allowed:
                    # People rarely get the first letter wrong (Yannakoudakis & Fawthrop 1983).
                    found = (edits + 0.6 * (word[0] != known[0]), -self.counts[known], known)
                    best = min(best, found) if best else found
        return (best[2],) if best else (word,)

    def _split(self, word: str) -> tuple[str, ...] | None:
        """Two known words written as one: ``waterbottle``."""
        for cut in range(3, len(word) - 2):
            if word[:cut] in self.counts and self.knows(word[cut:]):
                return word[:cut], word[cut:]
        return None


def distance(first: str, second: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) from one word to the other.

    The optimal string alignment distance; anything above `limit` is given as ``limit + 1``.
    """
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        row = [i]
        for j, b in enumerate(second, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)


def _other_number(word: str) -> tuple[str, ...]:
    """What `word` may be in the plural, or, where it looks like a plural, in the singular."""
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("es"):
        return (word[:-2], word[:-1]) if len(word) > 4 else ()
    return (word[:-1],) if word.endswith("s") else (word + "s",)
