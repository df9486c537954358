"""How a shopper words a search, mistypes it, and revises it.

A search is the noun with some of the attributes that the intent names about it. Every text that
could be typed is listed with its probability.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import msgspec

from agent.shoppers.parameters import Parameters
from agent.shoppers.shopping_goal import ShoppingGoal, type_named
from agent.shoppers.typing_slips import typos
from agent.shoppers.user import User

Texts = dict[str, float]
"""Texts and their probabilities, which add up to 1."""

_NAMED = {
    "terse": ((0.45, 0), (0.42, 1), (0.13, 2)),
    "plain": ((0.14, 0), (0.40, 1), (0.30, 2), (0.16, 3)),
    "wordy": ((0.12, 1), (0.26, 2), (0.28, 3), (0.34, 5)),
}
"""For each style, how many of the intent's attributes a first search names, and how likely so."""
_RELATED = 3
"""Words of one's own that are tried when those of the intent are used up."""


class Attribute(msgspec.Struct, frozen=True):
    """Something a search can say of the thing. `place` is before (negative) or after the noun, in
    this order; `own` is whether the intent says it."""

    text: str
    place: int
    own: bool = True


def first_search(want: ShoppingGoal, user: User, p: Parameters) -> Texts:
    """What may be typed first."""
    named = [a for a in attributes(want) if a.own]
    texts: defaultdict[str, float] = defaultdict(float)
    for share, count in _NAMED[user.style]:
        texts[_said(want, named[:count])] += share
    return mistyped(dict(texts), user, p)


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


def revision_of(before: str, after: str) -> str:
    """How a search changed: ``add``, ``drop``, ``replace``, ``reorder`` or ``new`` words."""
    was, now = set(before.lower().split()), set(after.lower().split())
    if was == now:
        return "reorder"
    if now < was:
        return "drop"
    if was < now:
        return "add"
    return "replace" if was & now else "new"


@lru_cache(maxsize=20_000)
def intended(text: str, want: ShoppingGoal) -> str:
    """What was meant by a text that may be mistyped: the same with its slips taken back."""
    words = text.lower().split()
    known = _vocabulary(want)
    for i, word in enumerate(words):
        if word in known:
            continue
        words[i] = next((w for w in sorted(known) if word in typos(w)), word)
    return " ".join(words)


@lru_cache(maxsize=20_000)
def attributes(want: ShoppingGoal) -> tuple[Attribute, ...]:
    """What a search may say of the thing, what matters most first; words of one's own last."""
    found = [
        Attribute((want.qualifier or "").lower(), -1),
        *(Attribute(word, -n) for n, word in enumerate(reversed(_thing(want)[:-2]), 1)),
        Attribute((want.colour or "").lower(), -2),
        *(Attribute(detail, 1) for detail in want.details),
        Attribute(want.words.size_said.format(size=want.size.lower()) if want.size else "", 2),
        Attribute(want.words.limit.format(most=want.limit) if want.limit else "", 3),
    ]
    kind = type_named(want.noun, want.language)
    if kind:
        others = kind.qualifiers if want.qualifier is None else ()
        found += [Attribute(q.lower(), -1, own=False) for q in others[:_RELATED]]
        other = [w for w in kind.words.split() if not _repeats(w, noun_of(want))]
        found += [Attribute(w, 1, own=False) for w in other[:_RELATED]]
    said = noun_of(want).split()
    fresh = {a.text: a for a in reversed(found) if a.text and a.text not in said}
    return tuple(a for a in found if fresh.get(a.text) is a)


def _repeats(word: str, noun: str) -> bool:
    """Whether a word says again what the noun says: ``bar`` of ``granola bars``."""
    return word.removesuffix("s") in noun or any(
        part.removesuffix("s") in word for part in noun.split()
    )


def noun_of(want: ShoppingGoal) -> str:
    """What every search holds: the shop's noun, or the last two words of the thing."""
    return want.noun.lower() or " ".join(_thing(want)[-2:])


def _thing(want: ShoppingGoal) -> tuple[str, ...]:
    """The words of a thing that the shop has no noun for."""
    return () if want.noun else tuple(want.phrase.lower().split())


def _revisions(
    last: str, want: ShoppingGoal, tried: tuple[str, ...], few: bool, p: Parameters
) -> Texts:
    """Revisions of a search by kind; what has been tried already is not tried again."""
    every = attributes(want)
    said = [a for a in every if _says(last, a.text)]
    unsaid = [a for a in every if a not in said]
    # A quality that was not asked for is tried in the place of another such, never beside it.
    fits = [a for a in unsaid if a.own or a.place > 0 or all(s.own for s in said)]
    kinds: list[tuple[float, list[str]]] = [
        (
            p.revision_add * (p.add_when_few if few else p.add_when_plenty),
            [_said(want, [*said, a]) for a in fits],
        ),
        (
            p.revision_drop * (p.drop_when_few if few else p.drop_when_plenty),
            [_said(want, _without(said, a)) for a in reversed(said)],
        ),
        (
            p.revision_replace,
            [_said(want, [*_without(said, a), b]) for a in reversed(said) for b in unsaid],
        ),
        (p.revision_reorder, [_turned(want, said)] if said else []),
        (p.revision_new, [want.head]),
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


def _said(want: ShoppingGoal, chosen: list[Attribute]) -> str:
    """A search with these attributes about the noun, in the order people put them."""
    front = [a for a in chosen if a.place < 0]
    back = [a for a in chosen if a.place > 0]
    order = sorted(front, key=lambda a: a.place)
    if want.words.head_first:
        return " ".join([noun_of(want), *(a.text for a in reversed(order)), *_in_order(back)])
    return " ".join([*(a.text for a in order), noun_of(want), *_in_order(back)])


def _in_order(back: list[Attribute]) -> list[str]:
    return [a.text for a in sorted(back, key=lambda a: a.place)]


def _turned(want: ShoppingGoal, said: list[Attribute]) -> str:
    """The same words, those of the noun first."""
    return " ".join([noun_of(want), *(a.text for a in said)])


def _without(said: list[Attribute], one: Attribute) -> list[Attribute]:
    return [a for a in said if a is not one]


def _says(text: str, part: str) -> bool:
    return f" {part} " in f" {text} "


def _vocabulary(want: ShoppingGoal) -> set[str]:
    every = " ".join(a.text for a in attributes(want))
    return set(f"{noun_of(want)} {every}".lower().split())
