"""Writes ``constraints.txt``: one exact version of everything that any extra installs.

Run by a maintainer (``make pins``) after a change to ``pyproject.toml``; needs only pip. Versions
are chosen afresh by pip and written without local parts (``2.13.0+cpu`` becomes ``2.13.0``), so
the file holds on every platform. Knows nothing of how set-up uses the file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
"""Stated exactly: a newer release brings several gigabytes of CUDA libraries with it."""

WANTED = (TORCH, f"{ROOT}[train,test]", "hatchling>=1.27", "editables")
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
        subprocess.run([*pip, "--report", str(report), *WANTED], check=True)
        chosen = json.loads(report.read_text("utf-8"))["install"]
    return [(item["metadata"]["name"], item["metadata"]["version"]) for item in chosen]


def lines(packages: list[tuple[str, str]]) -> list[str]:
    pins = {
        name.lower().replace("_", "-").replace(".", "-"): version.partition("+")[0]
        for name, version in packages
    }
    pins.pop("shopper", None)
    return [f"{n}=={v}" for n, v in sorted(pins.items()) if not n.startswith(PLATFORM_ONLY)]


def main() -> None:
    pins = lines(resolve())
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(pins) + "\n", "utf-8")
    print(f"constraints.txt: {len(pins)} packages")


if __name__ == "__main__":
    main()
