"""Writes ``constraints.txt``: one exact version of everything that any extra installs.

Run by a maintainer (``make pins``) after a change to ``pyproject.toml``; needs only a recent pip.
Versions are chosen afresh, such that the oldest Python we support can take them, and written
without local parts (``2.13.0+cpu`` becomes ``2.13.0``), so the file holds on every platform.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
"""Stated exactly: a newer release brings several gigabytes of CUDA libraries with it."""

OLDEST_PYTHON = "3.11.0"
"""Some packages want a later patch release than distributions have, 3.11.5 for example."""
BUILD = ("editables",)
"""What hatchling asks for besides, when it makes an editable installation."""
SOURCE_ONLY = {"django-haystack": "3.4.0"}
"""Published as sources only; the last wheel that pip finds does not work with our Django."""
PLATFORM_ONLY = ("nvidia-", "cuda-", "triton")
"""Prefixes of what torch pulls on some platforms only; its own metadata pins them exactly."""

HEADER = """\
# Exact versions of everything a full installation holds, for repeatable set-ups.
# Made by `make pins` from the ranges in pyproject.toml; not edited by hand.
"""


def resolve() -> list[tuple[str, str]]:
    """Name and version of every package pip would install on an empty machine."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        pip = [sys.executable, "-m", "pip", "-qq", "install", "--dry-run", "--ignore-installed"]
        target = ["--python-version", OLDEST_PYTHON, "--only-binary", ":all:"]
        subprocess.run([*pip, *target, "--report", str(report), *wanted()], check=True)
        chosen = json.loads(report.read_text("utf-8"))["install"]
    return [(item["metadata"]["name"], item["metadata"]["version"]) for item in chosen]


def wanted() -> list[str]:
    """Every requirement of the project, its extras and its build."""
    file = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = file["project"]
    extras = project["optional-dependencies"].values()
    ours = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [TORCH, *ours, *file["build-system"]["requires"], *BUILD]


def lines(packages: list[tuple[str, str]]) -> list[str]:
    pins = {
        name.lower().replace("_", "-").replace(".", "-"): version.partition("+")[0]
        for name, version in packages
    }
    pins.pop("shopper", None)
    pins |= {name: version for name, version in SOURCE_ONLY.items() if name in pins}
    return [f"{n}=={v}" for n, v in sorted(pins.items()) if not n.startswith(PLATFORM_ONLY)]


def main() -> None:
    pins = lines(resolve())
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(pins) + "\n", "utf-8")
    print(f"constraints.txt: {len(pins)} packages")


if __name__ == "__main__":
    main()
