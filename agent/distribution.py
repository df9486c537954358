"""Which distributions Shopper asks for, and which of them are installed, with versions.

Reads installed metadata only; imports nothing of what it looks for.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

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
    wanted: dict[str | None, list[str]] = {}
    try:
        lines = metadata.requires("shopper") or []
    except metadata.PackageNotFoundError:
        return {}
    for line in lines:
        requirement, _, marker = line.partition(";")
        name = _NAME.match(requirement)
        extra = _EXTRA.search(marker)
        if name:
            wanted.setdefault(extra.group(1) if extra else None, []).append(name.group())
    return wanted


def how_to_install(extra: str | None = None) -> str:
    """The command that adds an extra, or mends the rest: another one in a clone of the repository,
    where it is to be run from."""
    part = f"[{extra}]" if extra else ""
    if (Path(__file__).parents[1] / "constraints.txt").is_file():
        return f".venv/bin/pip install -c constraints.txt -e '.{part}'"
    return f"pip install 'shopper{part}'"
