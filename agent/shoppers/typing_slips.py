"""The slips a hand makes while typing."""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=20_000)
def typos(text: str) -> tuple[str, ...]:
    """The slips a hand makes in this text: in its two longest words, a letter left out and two
    letters swapped. Where in the word is settled by the word."""
    words = text.split()
    longest = sorted((w for w in words if len(w) > 4 and w.isalpha()), key=lambda w: (-len(w), w))
    found: list[str] = []
    for word in longest[:2]:
        place = 1 + int.from_bytes(hashlib.blake2b(word.encode(), digest_size=2).digest()) % (
            len(word) - 2
        )
        dropped = word[:place] + word[place + 1 :]
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        found += [_replaced(words, word, slip) for slip in (dropped, swapped) if slip != word]
    return tuple(dict.fromkeys(found))


def _replaced(words: list[str], old: str, new: str) -> str:
    return " ".join(new if word == old else word for word in words)
