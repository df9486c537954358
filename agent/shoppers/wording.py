"""How a shopper words a search, mistypes it, and revises it.

Every text that could be typed is listed with its probability.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import lru_cache

from agent.shoppers.parameters import Parameters
from agent.shoppers.shopping_goal import ShoppingGoal, type_named
from agent.shoppers.user import User

Texts = dict[str, float]
"""Texts and their probabilities, which add up to 1."""


def first_search(want: ShoppingGoal, user: User, p: Parameters) -> Texts:
    """What may be typed first."""
    return mistyped(_wordings(want, user), user, p)


def next_search(
    want: ShoppingGoal, user: User, tried: tuple[str, ...], few: bool, p: Parameters
) -> Texts:
    """What may be typed next, given the searches so far; `few`: the last one found too little.

    Empty when there is nothing left that was not tried.
    """
    last = tried[-1]
    meant = intended(last, want)
    texts: defaultdict[str, float] = defaultdict(float)
    if few and meant != last.lower():
        texts[meant] += p.retype
    left = 1.0 - sum(texts.values())
    for text, share in mistyped(_revisions(meant, want, tried, few, p), user, p).items():
        texts[text] += left * share
    total = sum(texts.values())
    return {text: share / total for text, share in texts.items()}


def mistyped(texts: Texts, user: User, p: Parameters) -> Texts:
    """Each text, and what it becomes by this user's typos."""
    slip = p.most_typos * (1.0 - user.typing)
    result: defaultdict[str, float] = defaultdict(float)
    for text, share in texts.items():
        slips = typos(text)
        result[text] += share * (1.0 - slip if slips else 1.0)
        for wrong in slips:
            result[wrong] += share * slip / len(slips)
    return {text: share for text, share in result.items() if share > 0}


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


def _wordings(want: ShoppingGoal, user: User) -> Texts:
    """Ways to say what is wanted, for this user's style."""
    noun, quality = _noun(want), (want.qualifier or "").lower()
    colour = (want.colour or "").lower()
    limit = f"under ${want.most // 100}" if want.most else ""
    ways: dict[str, tuple[tuple[float, tuple[str, ...]], ...]] = {
        "terse": ((0.58, (noun,)), (0.34, (quality, noun)), (0.08, (colour, noun))),
        "plain": (
            (0.56, (quality, noun)),
            (0.2, (colour, quality, noun)),
            (0.18, (noun,)),
            (0.06, (noun, limit)),
        ),
        "wordy": (
            (0.5, (colour, quality, noun)),
            (0.2, (quality, noun, limit)),
            (0.18, (quality, noun, "in", colour) if colour else (quality, noun)),
            (0.12, (colour, quality, noun, limit)),
        ),
    }
    texts: defaultdict[str, float] = defaultdict(float)
    for share, words in ways[user.style]:
        texts[" ".join(w for w in words if w)] += share
    return dict(texts)


def _revisions(
    last: str, want: ShoppingGoal, tried: tuple[str, ...], few: bool, p: Parameters
) -> Texts:
    """Revisions of a search by kind; what has been tried already is not tried again."""
    noun = _noun(want)
    quality, colour = (want.qualifier or "").lower(), (want.colour or "").lower()
    limit = f"under ${want.most // 100}" if want.most else ""
    said = {w for w in (quality, colour, limit) if w and w in last}
    unsaid = [w for w in (quality, colour, limit) if w and w not in said]
    others = [q.lower() for q in _qualifiers(want) if q.lower() not in (quality, "")]
    kinds: list[tuple[float, list[str]]] = [
        (p.revision_add * (0.3 if few else 2.0), [_said(noun, {*said, w}, want) for w in unsaid]),
        (
            p.revision_drop * (3.0 if few else 1.0),
            [_said(noun, said - {w}, want) for w in sorted(said)],
        ),
        (
            p.revision_replace,
            [_said(noun, {*(said - {w}), other}, want) for w in sorted(said) for other in unsaid]
            if unsaid
            else [_said(noun, (said - {quality}) | {other}, want) for other in others[:4]],
        ),
        (p.revision_reorder, [" ".join([noun, *sorted(said)])] if said else []),
        (p.revision_new, [*noun.split()[::-1]] if want.phrase else [noun.split()[-1]]),
    ]
    done = {intended(t, want) for t in tried}
    texts: defaultdict[str, float] = defaultdict(float)
    for share, options in kinds:
        fresh = [o for o in dict.fromkeys(options) if o and o not in done]
        for option, part in zip(fresh, _leaning(len(fresh)), strict=True):
            texts[option] += share * part
    total = sum(texts.values())
    return {text: share / total for text, share in texts.items()} if total else {}


def _leaning(count: int) -> list[float]:
    """Shares that add up to 1, each a quarter of the one before: the first thought is the usual."""
    weights = [0.25**i for i in range(count)]
    return [w / sum(weights) for w in weights]


def _said(noun: str, words: set[str], want: ShoppingGoal) -> str:
    """A search with these words about the noun, in the order people put them."""
    colour, limit = (want.colour or "").lower(), [w for w in words if w.startswith("under $")]
    front = sorted(words - set(limit), key=lambda w: (w != colour, w))
    return " ".join([*front, noun, *limit])


@lru_cache(maxsize=20_000)
def intended(text: str, want: ShoppingGoal) -> str:
    """What was meant by a text that may be mistyped: the same with its slips taken back."""
    words = text.lower().split()
    known = set(_vocabulary(want).split())
    for i, word in enumerate(words):
        if word in known:
            continue
        words[i] = next((w for w in sorted(known) if word in typos(w)), word)
    return " ".join(words)


def _vocabulary(want: ShoppingGoal) -> str:
    qualities = " ".join(_qualifiers(want))
    return f"{_noun(want)} {qualities} {want.qualifier or ''} {want.colour or ''}".lower()


def _qualifiers(want: ShoppingGoal) -> tuple[str, ...]:
    kind = type_named(want.noun)
    return kind.qualifiers if kind else ()


def _noun(want: ShoppingGoal) -> str:
    return (want.noun or want.phrase).lower()


def _replaced(words: list[str], old: str, new: str) -> str:
    return " ".join(new if word == old else word for word in words)
