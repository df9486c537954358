"""Which distributions Shopper asks for, which of them are installed, and how to install the rest.

Reads installed metadata only; imports nothing of what it looks for.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The repository's folder in a clone; else where packages are installed."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")


def version_of(distribution: str) -> str | None:
    """The installed version, or None when it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def requirements() -> dict[str | None, list[str]]:
    """Names of what Shopper requires: under None always, under an extra's name for that extra.

    Empty when Shopper itself is not installed but run from its folder.
    """
    return {extra: [_name(line) for line in lines] for extra, lines in _specifiers().items()}


def is_clone() -> bool:
    """Whether this runs from a clone of the repository, not from an installed wheel."""
    return (ROOT / "constraints.txt").is_file() and (ROOT / "pyproject.toml").is_file()


def how_to_install(extra: str | None = None) -> str:
    """The shell command that adds an extra, or what is missing of what is always needed.

    Shopper is on no package index, so an extra cannot be asked for by Shopper's name: in a clone
    the clone is installed again with it, elsewhere its packages are installed by their own names.
    """
    part = f"[{extra}]" if extra else ""
    if is_clone():
        constraints = _shown(ROOT / "constraints.txt")
        return install_command("-c", constraints, "-e", f"{_shown(ROOT)}{part}")
    lines = _specifiers().get(extra, [])
    absent = [line for line in lines if version_of(_name(line)) is None]
    if not lines:
        wanted = f" with its extra {extra!r}" if extra else ""
        return f"install Shopper again from where you got it{wanted}"
    return install_command(*(absent or lines))


def install_command(*arguments: str) -> str:
    """The shell command that installs into the environment of this Python."""
    if find_spec("pip") is None:  # an environment that uv made
        return shlex.join(["uv", "pip", "install", "--python", sys.executable, *arguments])
    return f"{python_command()} -m pip {shlex.join(['install', *arguments])}"


def python_command() -> str:
    """This Python as a shell here calls it: by name where that finds it, else by its path."""
    if shutil.which("python") == sys.executable:
        return "python"
    return shlex.quote(_shown(Path(sys.executable)))


def _specifiers() -> dict[str | None, list[str]]:
    """As `requirements`, with the versions that are asked for: ``torch>=2.11``."""
    wanted: dict[str | None, list[str]] = {}
    try:
        lines = metadata.requires("shopper") or []
    except metadata.PackageNotFoundError:
        return {}
    for line in lines:
        requirement, _, marker = line.partition(";")
        extra = _EXTRA.search(marker)
        wanted.setdefault(extra.group(1) if extra else None, []).append(requirement.strip())
    return wanted


def _name(specifier: str) -> str:
    name = _NAME.match(specifier)
    return name.group() if name else specifier


def _shown(path: Path) -> str:
    """The path as one writes it in the current folder, if it lies in it; else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
