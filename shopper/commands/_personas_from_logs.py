"""`shopper personas --from DATA`: customers drawn from the kinds of people in a shop's own logs."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.table import Table

from agent.personas.archetypes import Archetypes, TooFew, archetypes, drawn, drawn_shares
from agent.personas.clustering import STABLE
from agent.personas.habits import shoppers_of
from agent.personas.sampling import Person, Share
from agent.sessions.dataset import files_of, read_sessions
from agent.sessions.session import RecordError
from eval import formatting
from shopper.console import plain_console
from shopper.failure import Failure


def is_data(path: Path) -> bool:
    """Whether it is a data set and not a description of a population."""
    return path.is_dir() or path.suffix.lower() != ".toml"


def kinds_in(path: Path, least: int, wanted: int | None, seed: int) -> Archetypes:
    """The kinds of people in a data set, read as a stream.

    Raises:
        Failure: it cannot be read, or holds too few people.
    """
    if path.is_dir() and not files_of(path):
        raise Failure(f"{path} holds no data set", 2)
    try:
        return archetypes(shoppers_of(read_sessions(path)), least=least, wanted=wanted, seed=seed)
    except TooFew as error:
        raise Failure(f"{path}: {error}", 2) from error
    except RecordError as error:
        raise Failure(
            f"{error}; recordings of other tools are made readable by `shopper data import`, and "
            "a description of a population ends in .toml",
            2,
        ) from error
    except OSError as error:
        raise Failure(f"cannot read {path}: {error.strerror or error}", 2) from error


def people_of(found: Archetypes, count: int, seed: int) -> tuple[list[Person], list[Share]]:
    """Customers by the shares of the kinds, and how often each was drawn."""
    people = drawn(found, count, seed)
    return people, drawn_shares(found, people)


def as_json(found: Archetypes, shares: list[Share]) -> str:
    return msgspec.json.encode({"archetypes": found, "shares": shares}).decode()


def print_kinds(found: Archetypes) -> None:
    """What each kind does, why there are so many, and what nobody can be known by."""
    out = plain_console()
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", no_wrap=True)
    for kind in found.kinds:
        table.add_column(kind.name, justify="right")
    table.add_row("people", *(f"{kind.people} ({kind.share:.0%})" for kind in found.kinds))
    for habit in found.kinds[0].habits:
        table.add_row(habit, *(f"{kind.habits[habit]:.2f}" for kind in found.kinds))
    table.add_row("things they come for", *(str(len(kind.intents)) for kind in found.kinds))
    out.print(table)
    out.print(_why(found), markup=False)
    out.print(
        f"Nothing is written of fewer than {found.least} people: no kind, and no word of a search "
        "that fewer people typed. Who they are of is in none of it.",
        markup=False,
    )


def _why(found: Archetypes) -> str:
    tried = "; ".join(
        f"{one.groups}: {one.strength:.2f}, silhouette {one.silhouette:.2f}, "
        f"smallest {one.smallest}"
        for one in found.tried
    )
    chosen = formatting.count(len(found.kinds), "kind")
    people = f"{found.people} people, {formatting.count(found.visits, 'visit')}"
    if not found.tried:
        return f"{chosen} in {people}: too few people to look for several."
    stable = [one.groups for one in found.tried if one.strength >= STABLE]
    if len(found.kinds) not in (1, *stable):
        return (
            f"{chosen} in {people}, as asked for: in other people of the same shop they would come "
            f"out otherwise (prediction strength under {STABLE}). Tried: {tried}."
        )
    return (
        f"{chosen} in {people}: the largest number of kinds that comes again in halves of the "
        f"people (prediction strength {STABLE} or more) and of which each has {found.least} "
        f"people. Tried: {tried}."
    )
