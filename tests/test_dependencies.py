"""What the packages import is what the project declares."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("shopper", "agent", "envs", "trainer", "eval")
OURS = frozenset({*PACKAGES, "tests", "bench", *(p.stem for p in ROOT.glob("scripts/*.py"))})
BESIDE = frozenset({"openvino", "openvino_tokenizers", "browsergym"})
BEHIND_A_DOOR = (
    ROOT / "agent" / "policies" / "local" / "transformers",
    ROOT / "shopper" / "mcp_server",
)
"""Their ``__init__`` imports the rest when a model is loaded, or nothing."""
"""OpenVINO comes with openvino-genai, which pins it to its own version; BrowserGym has a virtual
environment of its own, which `bench.crowd` makes."""


def imported(package: str) -> Iterator[tuple[str, Path]]:
    """Top-level names of what a package's files import, wherever in the file."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name.partition(".")[0], path
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], path


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return {re.match(r"[A-Za-z0-9-]+", line).group().lower() for line in lines}


@cache
def distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "bench", "scripts"])
def test_every_import_is_declared(package):
    known = distributions()
    for module, path in imported(package):
        if module in sys.stdlib_module_names or module in OURS or module in BESIDE:
            continue
        from_which = {name.lower().replace("_", "-") for name in known.get(module, [module])}
        assert from_which & declared(), f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("package", ["shopper", "agent", "envs"])
def test_what_runs_customers_asks_for_extras_only_when_used(package):
    """Importing torch at a module's top would make `shopper run` need it."""
    extras = {
        "torch",
        "transformers",
        "peft",
        "bitsandbytes",
        "accelerate",
        "pytest",
        "ray",
        "fsspec",
        "mcp",
        "pydantic",
    }
    for path in (ROOT / package).rglob("*.py"):
        if path.parent in BEHIND_A_DOOR and path.name != "__init__.py":
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            tops = {name.partition(".")[0] for name in names}
            assert not tops & extras, f"{path.relative_to(ROOT)} imports {tops & extras}"
