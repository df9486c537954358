"""A population as described in TOML: who there is, how often, how they shop, what they come for.

Reads the description and says what in it is wrong. Drawing people from it is
`agent.personas.sampling`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from agent.parsing import from_toml

T = TypeVar("T")

SAMPLE = "population.toml"
PRONOUNS = {"female": "She", "male": "He"}
VERB_ENDINGS = frozenset({"s", "es", "ve"})
KNOWN_FIELDS = VERB_ENDINGS | {"name", "They"}
GOAL = "goal"

Weight = Annotated[float, msgspec.Meta(ge=0, lt=1e9)]
TraitValue = float | tuple[float, float] | str
_FIELD = re.compile(r"\{([^{}]*)\}")


class PopulationError(ValueError):
    """A description that cannot be used; the message names file and field."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to have a habit. A trait is a number, a range to draw one from, or a word."""

    weight: Weight
    text: str = ""
    traits: dict[str, TraitValue] = {}


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a visit is to lead to, and how it is said: `texts` hold ``{thing}``."""

    weight: Weight
    texts: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Rule(msgspec.Struct, frozen=True):
    """Multiplies weights of what is drawn later for who has one of `values` of `attribute`."""

    attribute: str
    values: tuple[str, ...]
    multiply: dict[str, dict[str, float]]


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """A whole description. Everything in `draws` is drawn in that order, by name of value: the
    attributes, the habits, the goal."""

    name: str
    text: str
    names: dict[str, tuple[str, ...]]
    attributes: dict[str, dict[str, float]]
    habits: dict[str, dict[str, Level]]
    rules: tuple[Rule, ...]
    things: tuple[str, ...]
    goals: dict[str, Goal]

    @property
    def draws(self) -> dict[str, dict[str, float]]:
        """Weights of the values of everything that is drawn, before any rule."""
        habits = {h: {k: v.weight for k, v in levels.items()} for h, levels in self.habits.items()}
        goals = {GOAL: {k: goal.weight for k, goal in self.goals.items()}} if self.goals else {}
        return self.attributes | habits | goals


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's tables, each still to be looked at."""

    text: str
    attributes: dict[str, Any]
    name: str = "population"
    names: dict[str, Any] = {}
    habits: dict[str, Any] = {}
    when: list[dict[str, Any]] = []
    intents: dict[str, Any] = {}


def sample_text() -> str:
    """The population that ships with Shopper, as the file it is."""
    return (files("agent") / "samples" / SAMPLE).read_text("utf-8")


def load_population(path: Path | None) -> Population:
    """The population in a file, or the one that ships.

    Raises:
        PopulationError: it cannot be read or used; names file and field.
    """
    if path is None:
        return parse_population(sample_text(), SAMPLE)
    try:
        return parse_population(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise PopulationError(f"cannot read the population {path}: {why}") from error


def parse_population(text: str, source: str) -> Population:
    """Raises:
    PopulationError: not TOML, or a field that is wrong.
    """
    try:
        raw = from_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise PopulationError(f"{source}: not TOML: {error}") from error
    return _Reader(source).population(raw)


class _Reader:
    """Turns tables into a population; knows the file, to name it."""

    def __init__(self, source: str) -> None:
        self._source = source

    def population(self, raw: dict[str, Any]) -> Population:
        file = self._read(raw, _File, "")
        intents = self._table(file.intents, "intents", ("things", "goals"))
        found = Population(
            name=file.name,
            text=file.text,
            names={k: self._words(v, f"names.{k}") for k, v in file.names.items()},
            attributes={
                k: self._each(v, float, f"attributes.{k}", weights=True)
                for k, v in file.attributes.items()
            },
            habits={k: self._each(v, Level, f"habits.{k}") for k, v in file.habits.items()},
            rules=tuple(self._rule(rule, f"when[{n}]") for n, rule in enumerate(file.when, 1)),
            things=self._words(intents.get("things", []), "intents.things", empty=True),
            goals=self._each(intents.get("goals", {}), Goal, "intents.goals", empty=True),
        )
        self._check(found)
        return found

    def _check(self, found: Population) -> None:
        """What concerns more than one field."""
        for name, weights in found.draws.items():
            if not any(weights.values()):
                raise self._error(name, "every weight is 0, so nothing can be drawn")
        double = found.attributes.keys() & found.habits.keys()
        if double or GOAL in found.attributes | found.habits:
            raise self._error(min(double or {GOAL}), "this name is taken by another table")
        known = KNOWN_FIELDS | found.attributes.keys() | found.habits.keys()
        self._check_fields(found.text, known, "text")
        for habit, levels in found.habits.items():
            for level, one in levels.items():
                self._check_fields(one.text, VERB_ENDINGS, f"habits.{habit}.{level}.text")
        if "{name}" in found.text and not found.names:
            raise self._error("names", "the text says {name}, so give some")
        self._check_intents(found)
        self._check_rules(found)

    def _check_intents(self, found: Population) -> None:
        if bool(found.things) != bool(found.goals):
            missing = "goals" if found.things else "things"
            raise self._error(f"intents.{missing}", "missing: an intent needs things and goals")
        for name, goal in found.goals.items():
            for text in goal.texts:
                self._check_fields(text, {"thing"}, f"intents.goals.{name}.texts")

    def _check_rules(self, found: Population) -> None:
        order = list(found.draws)
        for number, rule in enumerate(found.rules, 1):
            where = f"when[{number}]"
            self._known(rule.attribute, found.attributes, where)
            for value in rule.values:
                self._known(value, found.attributes[rule.attribute], f"{where}.{rule.attribute}")
            for name, factors in rule.multiply.items():
                self._known(name, order, f"{where}.multiply")
                if order.index(name) <= order.index(rule.attribute):
                    raise self._error(
                        f"{where}.multiply.{name}", f"is drawn before {rule.attribute} is known"
                    )
                for value in factors:
                    self._known(value, found.draws[name], f"{where}.multiply.{name}")

    def _rule(self, raw: dict[str, Any], where: str) -> Rule:
        attributes = [key for key in raw if key != "multiply"]
        if len(attributes) != 1 or "multiply" not in raw:
            raise self._error(where, "write one attribute with its values, and `multiply`")
        multiply = self._read(raw["multiply"], dict[str, Any], f"{where}.multiply")
        return Rule(
            attribute=attributes[0],
            values=self._words(raw[attributes[0]], f"{where}.{attributes[0]}"),
            multiply={
                k: self._each(v, float, f"{where}.multiply.{k}", weights=True)
                for k, v in multiply.items()
            },
        )

    def _each(
        self, raw: Any, kind: type[T], where: str, *, weights: bool = False, empty: bool = False
    ) -> dict[str, T]:
        """A table whose values are all of one kind."""
        table = self._read(raw, dict[str, Any], where)
        if not table and not empty:
            raise self._error(where, "is empty")
        wanted: Any = Weight if weights else kind
        return {key: self._read(value, wanted, f"{where}.{key}") for key, value in table.items()}

    def _words(self, raw: Any, where: str, *, empty: bool = False) -> tuple[str, ...]:
        words: tuple[str, ...] = self._read(raw, tuple[str, ...], where)
        if not words and not empty:
            raise self._error(where, "is empty")
        return words

    def _table(self, raw: dict[str, Any], where: str, keys: Iterable[str]) -> dict[str, Any]:
        for key in raw:
            self._known(key, list(keys), where)
        return raw

    def _known(self, key: str, known: Iterable[str] | Mapping[str, Any], where: str) -> None:
        if key not in known:
            raise self._error(where, f"there is no {key!r}; choose one of: {', '.join(known)}")

    def _check_fields(self, text: str, known: Iterable[str], where: str) -> None:
        for field in _FIELD.findall(text):
            self._known(field, sorted(known), where)

    def _read(self, raw: Any, kind: Any, where: str) -> Any:
        try:
            return msgspec.convert(raw, kind, strict=True)
        except msgspec.ValidationError as error:
            said, _, path = str(error).partition(" - at `$")
            raise self._error(where + path.rstrip("`"), said) from error

    def _error(self, where: str, said: str) -> PopulationError:
        return PopulationError(f"{self._source}: {where.lstrip('.') or 'the file'}: {said}")
