"""People drawn from a population: seeded, weighted, each with an intent; and how close they come.

Person k is the same for the same population and seed however many are drawn. Knows populations,
not the files they stand in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import msgspec

from agent.personas.population import GOAL, PRONOUNS, Level, Population
from agent.sessions.session import Persona

TraitFact = str | int | float | bool
_AGES = re.compile(r"(\d+)\s*-\s*(\d+)")
_FIELD = re.compile(r"\{([^{}]*)\}")


class Person(msgspec.Struct, frozen=True):
    """Someone drawn: a persona with an intent, and which values they were drawn with."""

    persona: Persona
    intent: str | None
    drawn: dict[str, str]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How often a value was drawn, beside the share the population gives it."""

    what: str
    value: str
    target: float
    drawn: float
    count: int


def draw(population: Population, count: int, seed: int) -> Iterator[Person]:
    """`count` people, in order."""
    for number in range(1, count + 1):
        yield _person(population, Random(f"{population.name}/{seed}/{number}"), seed, number)


def shares(population: Population, people: Sequence[Person]) -> list[Share]:
    """Every value of every attribute, habit and goal, drawn beside its target."""
    counted = Counter((what, value) for one in people for what, value in one.drawn.items())
    return [
        Share(
            what=what,
            value=value,
            target=target,
            drawn=counted[what, value] / max(1, len(people)),
            count=counted[what, value],
        )
        for what, targets in targets_of(population).items()
        for value, target in targets.items()
    ]


def targets_of(population: Population) -> dict[str, dict[str, float]]:
    """The exact share of every value, rules included: weights are summed over all ways in which
    the attributes that rules ask about can turn out."""
    asked = {rule.attribute for rule in population.rules}
    worlds: list[tuple[dict[str, str], float]] = [({}, 1.0)]
    targets: dict[str, dict[str, float]] = {}
    for what in population.draws:
        target = dict.fromkeys(population.draws[what], 0.0)
        later = []
        for known, chance in worlds:
            for value, share in chances(population, what, known).items():
                target[value] += chance * share
                later.append((known | {what: value}, chance * share))
        targets[what] = target
        if what in asked:
            worlds = [world for world in later if world[1] > 0]
    return targets


def chances(population: Population, what: str, known: Mapping[str, str]) -> dict[str, float]:
    """The share of each value for who has the values in `known`; even where rules leave nothing."""
    weights = dict(population.draws[what])
    for rule in population.rules:
        if known.get(rule.attribute) in rule.values:
            for value, factor in rule.multiply.get(what, {}).items():
                weights[value] *= factor
    if not any(weights.values()):
        weights = dict(population.draws[what])
    total = sum(weights.values())
    return {value: weight / total for value, weight in weights.items()}


def _person(population: Population, rng: Random, seed: int, number: int) -> Person:
    drawn: dict[str, str] = {}
    for what in population.draws:
        options = chances(population, what, drawn)
        drawn[what] = rng.choices(list(options), list(options.values()))[0]
    facts = {name: _fact(name, drawn[name], rng) for name in population.attributes}
    levels = {habit: population.habits[habit][drawn[habit]] for habit in population.habits}
    gender = drawn.get("gender")
    name = _name(population, gender, rng)
    persona = Persona(
        id=f"{_slug(population.name)}-{seed}-{number:05}",
        text=_text(population, levels, facts, gender, name),
        age=facts.get("age"),
        gender=gender,
        income=facts.get("income"),
        traits=_traits(facts, levels, rng),
    )
    return Person(persona, _intent(population, drawn.get(GOAL), rng), drawn)


def _fact(name: str, value: str, rng: Random) -> str | int:
    """An attribute's value; of an age written as a range, one within it."""
    ages = _AGES.fullmatch(value) if name == "age" else None
    if ages is None:
        return value
    low, high = sorted(map(int, ages.groups()))
    return rng.randint(low, high)


def _name(population: Population, gender: str | None, rng: Random) -> str:
    names = population.names.get(gender or "") or tuple(
        name for names in population.names.values() for name in names
    )
    return rng.choice(names) if names else ""


def _text(
    population: Population,
    levels: Mapping[str, Level],
    facts: Mapping[str, str | int],
    gender: str | None,
    name: str,
) -> str:
    they = PRONOUNS.get(gender or "", "They")
    one = they != "They"
    verbs = {"s": "s" if one else "", "es": "es" if one else "", "ve": "s" if one else "ve"}
    said = {habit: _filled(level.text, verbs) for habit, level in levels.items()}
    stated = {key: str(value) for key, value in facts.items()}
    return _filled(population.text, verbs | said | stated | {"name": name, "They": they})


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda match: values[match[1]], text)


def _traits(
    facts: Mapping[str, str | int], levels: Mapping[str, Level], rng: Random
) -> dict[str, TraitFact]:
    """Attributes a persona has no field for, and the numbers and words of its habits."""
    traits: dict[str, TraitFact] = {
        name: value for name, value in facts.items() if name not in ("age", "gender", "income")
    }
    for level in levels.values():
        for trait, value in level.traits.items():
            traits[trait] = round(rng.uniform(*value), 2) if isinstance(value, tuple) else value
    return traits


def _intent(population: Population, goal: str | None, rng: Random) -> str | None:
    if goal is None:
        return None
    text = rng.choice(population.goals[goal].texts)
    return _filled(text, {"thing": rng.choice(population.things)})


def _slug(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return "-".join(words) or "population"
