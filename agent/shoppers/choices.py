"""Distributions over actions: built by weight, merged by action, sampled once.

The whole distribution is written out before anything is drawn, so the probability of the most
likely action (`most_likely`) is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

import msgspec

from envs.actions import Action, encode_action


class Choice(msgspec.Struct, frozen=True):
    """An action, how likely it is, and why it would be taken: `why` names a family of sentences
    in `reasons`, `facts` what they speak of."""

    action: Action
    probability: float
    why: str
    facts: Mapping[str, str] = {}


def scaled(choices: Iterable[Choice], factor: float) -> list[Choice]:
    """The choices with probabilities multiplied by `factor`; impossible ones dropped."""
    return [
        msgspec.structs.replace(c, probability=c.probability * factor)
        for c in choices
        if c.probability * factor > 0
    ]


def normalised(choices: Iterable[Choice]) -> list[Choice]:
    """The choices with probabilities that add up to 1; empty when all are impossible."""
    kept = [c for c in choices if c.probability > 0]
    total = sum(c.probability for c in kept)
    return scaled(kept, 1 / total) if total else []


def shared(
    left: float, groups: Iterable[tuple[float, list[Choice]]], decisive: float
) -> list[Choice]:
    """Share `left` between groups of choices, by the power `decisive` of their weights."""
    possible = [(weight**decisive, group) for weight, group in groups if weight > 0 and group]
    total = sum(weight for weight, _ in possible)
    return [c for weight, group in possible for c in scaled(group, left * weight / total)]


def most_likely(choices: Iterable[Choice]) -> float:
    """The probability of the most likely action; reasons do not count, only actions."""
    mass: dict[str, float] = {}
    for choice in choices:
        key = encode_action(choice.action)
        mass[key] = mass.get(key, 0.0) + choice.probability
    return min(1.0, max(mass.values()))


def sample(choices: list[Choice], rng: Random) -> Choice:
    """One of the choices, by probability."""
    return rng.choices(choices, [c.probability for c in choices])[0]
