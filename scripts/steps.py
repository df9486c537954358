"""Steps that are done once: each is timed, shown, and stamped with the inputs it was done for.

A stamp holds the digest of a step's inputs, so a changed input does the step again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEPT_LINES = 40
"""How much of a failed command's output is shown."""


class StepFailed(Exception):
    """A step could not be done; the message says which command failed, and how."""


@dataclass(frozen=True)
class Made:
    """What a step made: in a few words, and the file that shows it is still there."""

    text: str
    path: Path


class Steps:
    """The steps of one set-up, with their stamps in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done = 0

    def do(
        self,
        name: str,
        key: str,
        work: Callable[[], Made],
        covers: tuple[str, ...] = (),
    ) -> None:
        """Do `work` unless its stamp says it was done for `key` and all that it `covers`.

        A stamp does not count when what the step made is gone.
        """
        stamp = self.folder / f"{name}.json"
        known = _read(stamp)
        current = known.get("key") == key and set(covers) <= set(known.get("covers", ()))
        if current and Path(known.get("path", "")).exists():
            return
        with _shown(name) as shown:
            made = work()
            shown.append(made.text)
        self.done += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        record = {"key": key, "covers": covers, "path": str(made.path), "made": made.text}
        stamp.write_text(json.dumps(record), "utf-8")


def run_quietly(command: list[str], env: Mapping[str, str] | None = None) -> str:
    """Run `command` and return its standard output.

    Raises:
        StepFailed: it could not start or failed; with the end of what it printed.
    """
    try:
        done = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise StepFailed(f"{command[0]} does not start: {error}") from error
    if done.returncode:
        printed = (done.stdout + done.stderr).strip().splitlines()[-KEPT_LINES:]
        shown = "\n  ".join(printed) or "(it printed nothing)"
        raise StepFailed(f"{' '.join(command)} (exit code {done.returncode})\n  {shown}")
    return done.stdout


def _read(stamp: Path) -> dict[str, Any]:
    try:
        known = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


@contextmanager
def _shown(name: str) -> Iterator[list[str]]:
    """Shows the step's name, the seconds while it works (on a terminal), and what it made."""
    started = time.monotonic()
    told: list[str] = []
    label = f"  {name + ' ':.<14} "
    over = threading.Event()

    def tick() -> None:
        while not over.wait(1.0):
            print(f"\r{label}{time.monotonic() - started:.0f} s ", end="", flush=True)

    print(label, end="", flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    if sys.stdout.isatty():
        ticker.start()
    try:
        yield told
    finally:
        over.set()
        if ticker.ident is not None:
            ticker.join()
    again = f"\r{label}" if sys.stdout.isatty() else ""
    print(f"{again}{told[0]} ({time.monotonic() - started:.1f} s)", flush=True)
