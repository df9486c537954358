"""Imports run down: from the command line to runs, policies, sessions and the browser, never up.

`FLOORS` lists the packages and their rooms from the ground up. A room may import what stands before
it, within its own package and in the packages that `MAY_IMPORT` allows; so there are no cycles.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {
    "envs": (),
    "agent": ("envs",),
    "trainer": ("agent", "envs"),
    "eval": ("agent", "envs"),
    "shopper": ("eval", "trainer", "agent", "envs"),
}
"""What a package may import beside itself."""

FLOORS = {
    "envs": (
        *("actions", "errors", "options", "deadline", "faults", "observation", "outcome"),
        *("gateway", "browser", "page", "navigation", "acting", "recording", "shop"),
        "environment",
    ),
    "agent": (
        *("atomic_write", "cache", "distribution", "sessions", "shoppers", "prompts", "models"),
        *("policies", "personas", "runs", "cluster", "sources", "study"),
    ),
    "trainer": (
        *("errors", "config", "signals", "loss", "adam8bit", "throughput", "batching", "parallel"),
        *("out_of_memory", "sequences", "optim", "model", "checkpoint", "export", "train", "job"),
        "synthesis",
    ),
    "eval": (
        *("errors", "formatting", "visits", "stats", "behaviour", "benchmark", "compare", "ab"),
        *("usability", "report", "bench", "study"),
    ),
    "shopper": (
        *("own_packages", "streams", "failure", "console", "interrupt", "fail_if"),
        *("read_progress", "run_progress", "training_progress"),
        *("doctor", "commands", "cli", "__main__"),
    ),
}
"""The rooms of each package, the lowest first."""


def modules() -> list[Path]:
    return [path for package in FLOORS for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """Full names of our modules that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] in FLOORS)


def room_of(name: str) -> str | None:
    """The room that a dotted name lies in; None for the package itself."""
    package, _, rest = name.partition(".")
    room = rest.partition(".")[0]
    return room if room in FLOORS[package] else None


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_is_below_it(path: Path) -> None:
    package, *inside = path.relative_to(ROOT).with_suffix("").parts
    room = inside[0]
    for name in imported(path):
        where = name.partition(".")[0]
        if where != package:
            assert where in MAY_IMPORT[package], f"{package} must not import {name}"
            continue
        other = room_of(name)
        if room == "__init__" or other is None or other == room:
            continue
        rooms = FLOORS[package]
        assert rooms.index(other) < rooms.index(room), f"{package}.{room} must not import {name}"


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_is_on_a_floor(package: str) -> None:
    found = {
        path.stem
        for path in (ROOT / package).iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
    }
    assert found - {"__init__"} == set(FLOORS[package])


def test_statistics_know_numbers_only() -> None:
    for path in (ROOT / "eval" / "stats").glob("*.py"):
        assert all(name.startswith("eval.stats") for name in imported(path)), path.name
