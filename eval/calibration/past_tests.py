"""A file of past A/B tests: what was compared, what people did, and where forecasts come from.

Reads TOML and says what in it is wrong; neither runs nor computes anything.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from agent.parsing import from_toml
from eval.errors import EvalInputError

Metric = Literal["bought", "cart"]
Count = Annotated[int, msgspec.Meta(ge=0)]
Sides = tuple[Count, Count]
METRICS = {"bought": "visits that bought", "cart": "visits that used the cart or bought"}


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings common to everything in the file."""


class Outcome(_Part, frozen=True, kw_only=True):
    """What came of a test: successes and visits of each side, ``a = [120, 1000]``; or, of tests
    whose counts nobody has, a known `change`, b minus a, as a share, with its 95 % interval."""

    a: Sides | None = None
    b: Sides | None = None
    change: Annotated[float, msgspec.Meta(ge=-1, le=1)] | None = None
    ci95: tuple[float, float] | None = None


class PastTest(_Part, frozen=True, kw_only=True):
    """One test. `people` is what came of it; the forecast is a finished `run` of `shopper run A B`,
    or `forecast`, the outcome by any other simulator, or made by sending customers to `a` and `b`:
    addresses, or variants of the embedded shop."""

    name: Annotated[str, msgspec.Meta(pattern=r"^\w[\w .-]{0,59}$")]
    people: Outcome
    a: str | None = None
    b: str | None = None
    run: str | None = None
    forecast: Outcome | None = None


class PastTests(_Part, frozen=True, kw_only=True):
    """The file. `policy`, `customers` and `seed` are of forecasts that are still to be made."""

    tests: Annotated[tuple[PastTest, ...], msgspec.Meta(min_length=1, max_length=1000)]
    metric: Metric = "bought"
    policy: str | None = None
    customers: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 100
    personas: str | None = None
    intent: str | None = None
    seed: Count = 0


def read_past_tests(path: Path) -> PastTests:
    """Raises:
    EvalInputError: the file cannot be read or used; names the field.
    """
    try:
        found = msgspec.convert(from_toml(path.read_text("utf-8")), PastTests, strict=True)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise EvalInputError(f"cannot read the tests {path}: {why}") from error
    except tomllib.TOMLDecodeError as error:
        raise EvalInputError(f"{path}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise EvalInputError(f"{path}: {error}") from error
    seen: set[str] = set()
    for number, test in enumerate(found.tests, 1):
        for wrong in _wrong(test, seen):
            raise EvalInputError(f"{path}: tests[{number}] ({test.name}): {wrong}")
        seen.add(test.name)
    return found


def _wrong(test: PastTest, seen: set[str]) -> list[str]:
    """What concerns more than one field."""
    found = []
    if test.name in seen:
        found.append("another test has this name")
    ways = [test.run is not None, test.forecast is not None, test.a is not None]
    if sum(ways) != 1 or (test.a is None) != (test.b is None):
        found.append(
            "say where the forecast comes from: `run`, the folder of a finished comparison; or "
            "`a` and `b`, two addresses or variants to send customers to; or `forecast`, counts"
        )
    for what, outcome in (("people", test.people), ("forecast", test.forecast)):
        found += [f"{what}: {wrong}" for wrong in _wrong_outcome(outcome)] if outcome else []
    return found


def _wrong_outcome(outcome: Outcome) -> list[str]:
    counted, known = (outcome.a, outcome.b), (outcome.change, outcome.ci95)
    if known == (None, None) and None not in counted:
        return [wrong for side in counted if side for wrong in _wrong_side(side)]
    if counted == (None, None) and outcome.change is not None and outcome.ci95 is not None:
        inside = outcome.ci95[0] <= outcome.change <= outcome.ci95[1]
        return [] if inside else ["the change lies outside its interval"]
    return [
        "give successes and visits of both sides, `a = [120, 1000]` and `b`; or `change` and `ci95`"
    ]


def _wrong_side(side: Sides) -> list[str]:
    hits, visits = side
    if not visits:
        return ["a side without visits says nothing"]
    return [f"{hits} of {visits} is more than all"] if hits > visits else []
