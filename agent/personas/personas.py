"""Who the customers are: personas and intents from a file, and how a run hands them out.

Reads our own rows and UXAgent's persona JSON as it is. Drawing personas from a description of a
population is `agent.personas.sampling`'s business.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from agent.parsing import plain_json
from agent.sessions.session import FORMAT_VERSION, Persona, Session

SAMPLE = "personas.jsonl"
_FILE_NAME = re.compile(r"\w[\w.-]{0,199}")


class PersonaError(ValueError):
    """A personas file that cannot be used; the message names file, line and field."""


class Customer(msgspec.Struct, frozen=True):
    """One customer of a run. `number` counts from 1; `seed` drives everything random about them."""

    number: int
    session_id: str
    persona: Persona
    intent: str | None
    seed: int


def new_session(
    customer: Customer,
    *,
    site: str,
    policy: str,
    versions: Mapping[str, str],
    source: str = "live",
    started_from: str | None = None,
) -> Session:
    """The session of a visit that begins now, without steps."""
    return Session(
        session_id=customer.session_id,
        user_id=customer.persona.id,
        site=site,
        started_at=datetime.now(UTC),
        source=source,
        persona=customer.persona,
        intent=customer.intent,
        seed=customer.seed,
        policy=policy,
        versions={"format": FORMAT_VERSION, **versions},
        started_from=started_from,
    )


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a personas file: a persona, and what they came for."""

    text: str
    id: str = ""
    intent: str | None = None
    age: str | int | None = None
    gender: str | None = None
    income: str | int | None = None
    traits: dict[str, str | int | float | bool] = {}


def sample_personas() -> list[tuple[Persona, str | None]]:
    """The personas that ship with Shopper, with intents that fit the embedded shop."""
    text = (files("agent") / "samples" / SAMPLE).read_text("utf-8")
    return [_read_row(json.loads(line), SAMPLE, n) for n, line in enumerate(text.splitlines(), 1)]


def load_personas(path: Path) -> list[tuple[Persona, str | None]]:
    """Personas with their intents, in file order: JSON Lines, or one JSON object or list.

    Raises:
        PersonaError: unreadable, empty, or a row with a wrong field.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise PersonaError(f"cannot read the personas file {path}: {why}") from error
    rows = _rows(text, path)
    if not rows:
        raise PersonaError(f"{path} holds no personas: write one JSON object per line")
    return [_read_row(row, str(path), line) for line, row in rows]


def write_personas(path: Path, personas: Iterable[tuple[Persona, str | None]]) -> None:
    """Write a personas file: one line each, as `load_personas` reads it.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("wb") as file:
        for persona, intent in personas:
            row = {**msgspec.to_builtins(persona), **({"intent": intent} if intent else {})}
            file.write(msgspec.json.encode(row) + b"\n")


def cast(
    personas: list[tuple[Persona, str | None]], count: int, seed: int, intent: str | None
) -> list[Customer]:
    """`count` customers, drawn without repetition until the personas are used up.

    Customer k is the same for the same personas and seed whatever `count` is, so that a larger
    run extends a smaller one. `intent`, if given, replaces everyone's own.
    """
    deck: list[int] = []
    customers = []
    for number in range(1, count + 1):
        if not deck:
            deck = list(range(len(personas)))
            random.Random(f"{seed}/deck/{number}").shuffle(deck)
        persona, own = personas[deck.pop()]
        customers.append(_customer(number, persona, intent or own, seed))
    return customers


def as_customers(
    people: Iterable[Customer | Persona | tuple[Persona, str | None]], seed: int, intent: str | None
) -> list[Customer]:
    """These people as customers, in this order; one who is a customer already stays as they are but
    for `intent`, which replaces everyone's own if given.

    Raises:
        PersonaError: nobody, somebody who is no person, or two with one session id.
    """
    customers = [
        _as_customer(number, one, seed, intent) for number, one in enumerate(people, start=1)
    ]
    if not customers:
        raise PersonaError("nobody is to shop: name at least one customer")
    twice = [name for name, n in Counter(c.session_id for c in customers).items() if n > 1]
    if twice:
        raise PersonaError(f"two customers have the session id {twice[0]!r}")
    return customers


def _as_customer(number: int, one: object, seed: int, intent: str | None) -> Customer:
    match one:
        case Customer() if not _FILE_NAME.fullmatch(one.session_id):
            raise PersonaError(
                f"customer {number} has the session id {one.session_id!r}, which names files: use "
                "letters, digits, '-', '_' and '.'"
            )
        case Customer():
            return msgspec.structs.replace(one, intent=intent or one.intent)
        case Persona():
            return _customer(number, one, intent, seed)
        case (Persona() as persona, str() | None as own):
            return _customer(number, persona, intent or own, seed)
    raise PersonaError(
        f"customer {number} is {one!r}: give a Persona, a pair of a Persona and an intent, or a "
        "Customer"
    )


def _customer(number: int, persona: Persona, intent: str | None, seed: int) -> Customer:
    """The customer with this number, whose seed depends on nothing else."""
    return Customer(
        number=number,
        session_id=f"customer-{number:04}",
        persona=persona,
        intent=intent,
        seed=random.Random(f"{seed}/customer/{number}").getrandbits(32),
    )


def _rows(text: str, path: Path) -> list[tuple[int, Any]]:
    """The file's rows with the line each starts on."""
    try:
        whole = plain_json(text)
    except json.JSONDecodeError:
        return _json_lines(text, path)
    return [(1, row) for row in whole] if isinstance(whole, list) else [(1, whole)]


def _json_lines(text: str, path: Path) -> list[tuple[int, Any]]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append((number, plain_json(line)))
        except json.JSONDecodeError as error:
            raise PersonaError(
                f"{path}:{number}: not JSON: {error.msg} at column {error.colno}"
            ) from error
    return rows


def _read_row(row: Any, source: str, line: int) -> tuple[Persona, str | None]:
    try:
        read = msgspec.convert(_from_uxagent(row), _Row)
    except msgspec.ValidationError as error:
        raise PersonaError(f"{source}:{line}: {error}") from error
    persona = Persona(
        id=read.id or f"persona-{line}",
        text=read.text,
        age=read.age,
        gender=read.gender,
        income=read.income,
        traits=read.traits,
    )
    return persona, read.intent


def _from_uxagent(row: Any) -> Any:
    """UXAgent calls the text `persona` and gives income as a range of two numbers."""
    if not isinstance(row, dict) or "persona" not in row or "text" in row:
        return row
    row = dict(row)
    row["text"] = row.pop("persona")
    income = row.get("income")
    if isinstance(income, list) and len(income) == 2:
        row["income"] = f"{income[0]} to {income[1]}"
    return row
