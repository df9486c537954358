"""Shopper's packages have common names: whether Python finds them, or somebody else's first."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

NAMES = ("agent", "envs", "trainer", "eval")
_BESIDE = Path(__file__).parents[1]


class NotOurs(ImportError):
    """A package of Shopper's is hidden by another, or missing; the message says what to do."""


def check_packages() -> None:
    """See that `NAMES` are Shopper's own, without importing them.

    Raises:
        NotOurs: another package of that name comes first, or Shopper's is not there.
    """
    for name in NAMES:
        found = _place_of(name)
        if found is None:
            raise NotOurs(
                f"{name}, a package of Shopper's, is missing in {_BESIDE}: install Shopper again",
                name=name,
            )
        if not _same(found, _BESIDE / name / "__init__.py"):
            raise NotOurs(
                f"{found} is another package called {name} than Shopper's, and Python finds it "
                "first: start in another folder, take it out of PYTHONPATH, or install Shopper "
                "into an environment of its own",
                name=name,
            )


def _place_of(name: str) -> Path | None:
    """The file that importing `name` would run; a folder where that has none."""
    try:
        spec = find_spec(name)
    except ValueError:  # imported, and hiding where from
        return None
    if spec is None:
        return None
    if spec.origin is not None:
        return Path(spec.origin)
    return next((Path(place) for place in spec.submodule_search_locations or ()), None)


def _same(one: Path, other: Path) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)
