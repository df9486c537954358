"""Imports run down: from the command line to runs, policies, sessions and the browser, never up.

`FLOORS` lists the packages and their rooms from the ground up. A room may import what stands before
it, within its own package and in the packages that `MAY_IMPORT` allows; so there are no cycles
between rooms, nor are there any between the modules of one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
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
        *("actions", "errors", "options", "deadline", "faults", "observation", "held", "troubles"),
        *(
            "outcome",
            "sieve",
            "gateway",
            "browser",
            "access",
            "page",
            "guard",
            "navigation",
            "acting",
            "recording",
        ),
        "shop",
        *("environment", "open_page", "rehearsal"),
    ),
    "agent": (
        *(
            "atomic_write",
            "cache",
            "distribution",
            "rrweb_bundle",
            "parsing",
            "sessions",
            "shoppers",
            "prompts",
            "models",
        ),
        *("policies", "personas", "runs", "cluster", "sources", "study"),
    ),
    "trainer": (
        *(
            "errors",
            "config",
            "signals",
            "loss",
            "attention",
            "adam8bit",
            "throughput",
            "heartbeat",
            "batching",
            "parallel",
        ),
        *("out_of_memory", "soft_targets", "sequence_files", "sequences", "lower_layers"),
        *(
            "gradients",
            "optim",
            "lora",
            "shards",
            "weight_files",
            "model",
            "checkpoint",
            "keeping",
            "export",
            "page_budget",
            "checks",
            "train",
        ),
        *("live_memory", "plan", "probe", "notes", "run_card", "job"),
        "synthesis",
    ),
    "eval": (
        *(
            "errors",
            "formatting",
            "page_budgets",
            "looking",
            "visits",
            "reached",
            "stats",
            "behaviour",
            "fidelity",
            "benchmark",
            "compare",
            "ab",
        ),
        *("calibration", "usability", "report", "bench", "study"),
    ),
    "shopper": (
        *(
            "own_packages",
            "plain_text",
            "streams",
            "workflow",
            "help",
            "failure",
            "console",
            "interrupt",
            "fail_if",
            "fail_if_study",
        ),
        *(
            "made_with",
            "run_words",
            "run_list",
            "run_log",
            "read_progress",
            "run_progress",
            "training_progress",
            "training_plan",
            "ci",
        ),
        *(
            "access",
            "plan",
            "recheck",
            "api",
            "make_report",
            "mcp_server",
            "app",
            "check",
            "doctor_access",
            "doctor_policy",
            "doctor",
            "commands",
            "cli",
            "__main__",
        ),
    ),
}
"""The rooms of each package, the lowest first."""


def modules() -> list[Path]:
    return [path for package in FLOORS for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path, *, for_types: bool = True) -> Iterator[str]:
    """Full names of our modules that a file imports, wherever in the file; `for_types` is whether
    also what only annotations need."""
    tree = ast.parse(path.read_text("utf-8"))
    passed_over = set() if for_types else {*map(id, only_for_types(tree))}
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.partition(".")[0] in FLOORS)


def only_for_types(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything under ``if TYPE_CHECKING``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for statement in node.body:
                yield from ast.walk(statement)


def import_graph(folders: list[Path], root: Path) -> dict[str, set[str]]:
    """What each module imports, as it runs, of the others; a package is its ``__init__``."""
    names = {module_name(path, root): path for folder in folders for path in folder.rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        found = set()
        for other in imported(path, for_types=False):
            while other and other not in names:
                other = other.rpartition(".")[0]
            found.add(other)
        graph[name] = found - {"", name}
    return graph


def module_name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """The modules of a cycle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


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


def test_no_modules_import_each_other() -> None:
    """Not at their top, where Python fails or not by which is asked for first, and not in their
    functions, which would hide it."""
    assert cycle_in(import_graph([ROOT / package for package in FLOORS], ROOT)) == []


def test_a_cycle_would_be_found(tmp_path: Path) -> None:
    folder = tmp_path / "trainer"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "model.py").write_text("def load():\n    from trainer.train import state\n")
    (folder / "train.py").write_text("from trainer import loss\n")
    loss = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from trainer import train\n"
    (folder / "loss.py").write_text(loss)
    assert cycle_in(import_graph([folder], tmp_path)) == []
    (folder / "loss.py").write_text(loss + "import trainer.model\n")
    assert set(cycle_in(import_graph([folder], tmp_path))) == {
        "trainer.model",
        "trainer.train",
        "trainer.loss",
    }


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
