"""The population that ships, with sliders: which of its shares can be moved, and who comes then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from agent.personas.personas import cast, sample_personas
from agent.personas.population import Population, parse_population, sample_text
from agent.personas.sampling import Person, draw
from agent.sessions.session import Persona

SHOWN = {
    "age": "Age",
    "price": "Prices",
    "patience": "Patience",
    "care": "Care",
    "search": "How they search",
    "typing": "How they type",
    "income": "Income",
    "means": "Means",
}
"""Which of the population's attributes and habits have sliders, and what they are called."""
PREVIEW = 4


class Slider(msgspec.Struct, frozen=True):
    """One value of an attribute or habit, and its weight, of 100 in all when nothing was moved."""

    key: str
    label: str
    weight: int


def sliders(weights: Mapping[str, float]) -> dict[str, list[Slider]]:
    """By the name of what they move, with the weights chosen so far."""
    shipped = _shipped()
    return {
        title: [
            Slider(f"{what}/{value}", value, round(weights.get(f"{what}/{value}", weight)))
            for value, weight in shipped.draws[what].items()
        ]
        for what, title in SHOWN.items()
        if what in shipped.draws
    }


def population_text(weights: Mapping[str, float]) -> str:
    """The population's file with these weights in the place of its own."""
    lines, section = [], ""
    for line in sample_text().splitlines():
        if found := re.match(r"\[(?:attributes|habits)\.(\w+)\]", line):
            section = found[1]
        elif line.startswith("["):
            section = ""
        lines.append(_with_weight(line, section, weights) if section else line)
    return "\n".join(lines) + "\n"


def _with_weight(line: str, section: str, weights: Mapping[str, float]) -> str:
    found = re.match(r'"?([^"=]+?)"?\s*=\s*(\{ weight = )?([\d.]+)', line)
    weight = None if found is None else weights.get(f"{section}/{found[1]}")
    if found is None or weight is None:
        return line
    return f"{line[: found.start(3)]}{weight:g}{line[found.end(3) :]}"


def people(weights: Mapping[str, float], count: int, seed: int) -> list[Person]:
    """So many people of the population with these weights."""
    return list(draw(parse_population(population_text(weights), "the population"), count, seed))


def preview(
    drawn: bool, weights: Mapping[str, float], count: int, seed: int
) -> list[tuple[Persona, str | None]]:
    """The first of those who would be sent, each with an intent."""
    count = min(count, PREVIEW)
    if drawn:
        return [(one.persona, one.intent) for one in people(weights, count, seed)]
    return [(one.persona, one.intent) for one in cast(sample_personas(), count, seed, None)]


@cache
def _shipped() -> Population:
    return parse_population(sample_text(), "the population")
