"""Kinds of customers: the bands of what a persona states, so that findings can say for whom.

Bands are fixed beforehand, not fitted to what happened.
"""

from __future__ import annotations

import re

from agent.sessions.session import Persona, Session

YOUNG, OLD = 35, 55
"""Ages from which the bands "35 to 54" and "55 and over" begin."""
HALF = 0.5
"""Traits between 0 and 1 are low below this."""
LONGEST = 30
"""Characters; a longer trait is a description, not a kind."""


def segments_of(persona: Persona | None) -> dict[str, str]:
    """The bands a persona falls into, by trait."""
    if persona is None:
        return {}
    found: dict[str, str] = {}
    if (age := _age(persona.age)) is not None:
        found["age"] = "under 35" if age < YOUNG else "35 to 54" if age < OLD else "55 and over"
    if persona.gender:
        found["gender"] = persona.gender[:LONGEST]
    for trait, value in persona.traits.items():
        if (band := _band(value)) is not None:
            found[trait.replace("_", " ")] = band
    return found


def shared_traits(sessions: list[Session]) -> set[str]:
    """Traits by which these customers differ: those with two to five bands."""
    bands: dict[str, set[str]] = {}
    for session in sessions:
        for trait, band in segments_of(session.persona).items():
            bands.setdefault(trait, set()).add(band)
    return {trait for trait, values in bands.items() if 2 <= len(values) <= 5}


def _age(age: str | int | None) -> int | None:
    """A number of years; the first one of a range."""
    match = re.search(r"\d{1,3}", str(age)) if age is not None else None
    return int(match[0]) if match else None


def _band(value: str | int | float | bool) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return ("low" if value < HALF else "high") if 0 <= value <= 1 else None
    return value if 0 < len(value) <= LONGEST else None
