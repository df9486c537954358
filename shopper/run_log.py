"""What a run says where no table can be drawn, as in the log of a build: a line when a visit
begins, one when it ends, and a heartbeat, so that nobody takes a long run for one that hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rich.console import Console
from rich.text import Text

HEARTBEAT = 30.0
"""Seconds between two lines that say how far it is."""


class RunLog:
    """Prints lines, each whole and on its own, from `start` to `stop` also a heartbeat."""

    def __init__(
        self, console: Console, summary: Callable[[], str], heartbeat: float = HEARTBEAT
    ) -> None:
        """`summary` says how far the run is; it is called from another thread."""
        self._console = console
        self._summary = summary
        self._heartbeat = heartbeat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def say(self, line: str) -> None:
        """One line, whatever line breaks are in it."""
        self._console.print(Text(" ".join(line.split())), soft_wrap=True)

    def stop(self) -> None:
        """No line comes after this."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._heartbeat):
            self.say(self._summary())
