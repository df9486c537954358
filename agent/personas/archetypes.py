"""Kinds of people in a shop's own logs: how many there are, what each does, what they come for.

Nothing is written of fewer than `least` people: neither a kind, nor a number of it, nor a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import msgspec
import numpy as np

from agent.personas.clustering import Candidate, Floats, group, standardised
from agent.personas.habits import HABITS, Shopper
from agent.personas.sampling import Person, Share
from agent.personas.shared_words import shared
from agent.sessions.session import Persona

LEAST = 10
LEAST_SPREAD = 0.3
"""Of the logarithm of a habit: people who differ by less than a third in it hardly differ."""
_OF_THE_THING = HABITS.index("words a search")
"""A habit that is described and makes no kind: what somebody wants decides it, too."""
_NAMES = (
    ("returner", "visits"),
    ("deal hunter", "filters and sorting a visit"),
    ("comparer", "looks at options and reviews a visit"),
    ("browser", "products opened a visit"),
    ("searcher", "searches a visit"),
    ("buyer", "buys, of visits"),
    ("reviser", "searches again with other words"),
)
"""What a kind is called after the habit that stands out most in it."""
_PASSER_BY, _USUAL = "passer-by", "usual visitor"


class TooFew(ValueError):
    """There are too few people to say anything of them."""


class Archetype(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of people: `people` of all, their mean `habits`, and `intents`, what they came for
    by words that enough of them share, with weights."""

    name: str
    people: int
    share: float
    habits: dict[str, float]
    text: str
    traits: dict[str, float | str]
    intents: dict[str, int]


class Archetypes(msgspec.Struct, frozen=True, kw_only=True):
    """All kinds, from the largest. `tried`: numbers of kinds, their prediction strength, silhouette
    and smallest group. `least`: people behind anything that is written."""

    people: int
    visits: int
    least: int
    kinds: tuple[Archetype, ...]
    tried: tuple[Candidate, ...]


def archetypes(
    shoppers: Sequence[Shopper], *, least: int = LEAST, wanted: int | None = None, seed: int = 0
) -> Archetypes:
    """The kinds of these people, `wanted` of them whether that number is stable or not.

    Raises:
        TooFew: fewer than `least` in all, or in one of the kinds that are wanted.
    """
    if len(shoppers) < least:
        raise TooFew(
            f"{len(shoppers)} people are too few: nothing is written of fewer than {least}, so "
            "that nobody can be recognised"
        )
    habits = np.array([one.habits for one in shoppers])
    scaled = standardised(np.log1p(habits), LEAST_SPREAD)
    scaled[:, _OF_THE_THING] = 0.0
    found = group(scaled, least=least, wanted=wanted, seed=seed)
    smallest = int(np.bincount(found.labels).min())
    if smallest < least:
        raise TooFew(
            f"of {wanted} kinds one has {smallest} people, fewer than {least}: ask for fewer"
        )
    words = shared(((one.who, one.first_searches) for one in shoppers), least)
    names = _named(found.centres)
    kinds = []
    for number, name in enumerate(names):
        members = [
            one for one, label in zip(shoppers, found.labels, strict=True) if label == number
        ]
        mean = habits[found.labels == number].mean(axis=0)
        kinds.append(
            Archetype(
                name=name,
                people=len(members),
                share=len(members) / len(shoppers),
                habits={label: float(v) for label, v in zip(HABITS, mean, strict=True)},
                text=described(name, mean),
                traits=_traits(name, mean, habits),
                intents=_intents(members, words, least),
            )
        )
    return Archetypes(
        people=len(shoppers),
        visits=sum(one.count["visits"] for one in shoppers),
        least=least,
        kinds=tuple(kinds),
        tried=found.tried,
    )


def drawn(found: Archetypes, count: int, seed: int) -> list[Person]:
    """`count` people by the shares of the kinds, each with an intent; person k is the same however
    many are drawn."""
    people = []
    for number in range(1, count + 1):
        chance = Random(f"archetypes/{seed}/{number}")
        kind = chance.choices(found.kinds, [one.people for one in found.kinds])[0]
        things = list(kind.intents)
        thing = chance.choices(things, list(kind.intents.values()))[0] if things else None
        persona = Persona(id=f"shopper-{seed}-{number:05}", text=kind.text, traits={**kind.traits})
        intent = None if thing is None else f"I am looking for: {thing}."
        people.append(Person(persona=persona, intent=intent, drawn={"kind": kind.name}))
    return people


def drawn_shares(found: Archetypes, people: Sequence[Person]) -> list[Share]:
    """How often each kind was drawn, beside its share in the logs."""
    count = Counter(one.drawn["kind"] for one in people)
    return [
        Share(
            what="kind",
            value=kind.name,
            target=kind.share,
            drawn=count[kind.name] / max(1, len(people)),
            count=count[kind.name],
        )
        for kind in found.kinds
    ]


def _named(centres: Floats) -> list[str]:
    """A name for each kind, no two alike: the strongest habit of all is named first."""
    if len(centres) == 1:
        return [_USUAL]
    names: dict[int, str] = {}
    score = [
        (float(centre[HABITS.index(habit)]), number, name)
        for number, centre in enumerate(centres)
        for name, habit in _NAMES
    ]
    for value, number, name in sorted(score, key=lambda s: (-s[0], s[1])):
        if number not in names and name not in names.values() and value > 0.3:
            names[number] = name
    spare = [_PASSER_BY, _USUAL, *(f"{_USUAL} {n}" for n in range(2, len(centres) + 1))]
    return [names[n] if n in names else spare.pop(0) for n in range(len(centres))]


def described(name: str, habits: Floats) -> str:
    """Who is of this kind, from rounded means: nothing of it is one person's."""
    of = dict(zip(HABITS, habits, strict=True))
    parts = [
        f"A {name} of this shop: about {of['actions a visit']:.0f} actions a visit.",
        f"They search {_often(of['searches a visit'])}, with {of['words a search']:.0f} words,",
        f"and {_share(of['searches again with other words'])} of the time again with other words.",
        f"They open {_number(of['products opened a visit'])} a visit,",
        f"{_habit(of['filters and sorting a visit'], 'use filters or sort lists')}",
        f"and {_habit(of['looks at options and reviews a visit'], 'look at options and reviews')}.",
        f"They buy in {_share(of['buys, of visits'])} of their visits and else leave.",
    ]
    return " ".join(parts)


def _often(value: float) -> str:
    rounded = round(value)
    return "hardly ever" if rounded == 0 else "once" if rounded == 1 else f"about {rounded} times"


def _number(value: float) -> str:
    rounded = round(value)
    return (
        "hardly any product" if rounded == 0 else "about one product" if rounded == 1
        else f"about {rounded} products"
    )  # fmt: skip


def _habit(value: float, words: str) -> str:
    return f"{'hardly ever' if value < 0.15 else 'sometimes' if value < 1 else 'often'} {words}"


_TENTHS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _share(value: float) -> str:
    """In steps of a tenth."""
    tenths = round(10 * value)
    if tenths == 0:
        return "hardly any" if value < 0.03 else "one in twenty"
    return "all" if tenths == 10 else f"{_TENTHS[tenths]} in ten"


def _traits(name: str, mean: Floats, habits: Floats) -> dict[str, float | str]:
    """The synthetic shoppers' traits, by where the kind stands among all people; in tenths."""
    of = dict(zip(HABITS, range(len(HABITS)), strict=True))

    def rank(habit: str) -> float:
        column = habits[:, of[habit]]
        return round(
            float(np.mean(column < mean[of[habit]]) + np.mean(column == mean[of[habit]]) / 2), 1
        )

    words = mean[of["words a search"]]
    return {
        "kind": name,
        "patience": rank("actions a visit"),
        "care": rank("looks at options and reviews a visit"),
        "price_sensitivity": rank("filters and sorting a visit"),
        "style": "terse" if words < 2 else "plain" if words < 4 else "wordy",
    }


def _intents(
    members: Sequence[Shopper], words: dict[str, frozenset[str]], least: int
) -> dict[str, int]:
    """Phrases that enough people of this very kind share; where there are none, those that enough
    people of all kinds share, equally likely."""
    mine = frozenset(one.who for one in members)
    counted = {phrase: len(who & mine) for phrase, who in words.items()}
    own = {phrase: n for phrase, n in counted.items() if n >= least}
    return own or dict.fromkeys(words, 1)
