"""How hard pressed this machine is: whether a wait that was too long may be its own fault.

Three signs: how late this process's own event loop is, how long work waits for a core (Linux's
pressure stall information), how many processes want one.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from pathlib import Path

from envs.browser.machine import cores

_EVERY_S = 0.5
_KEPT = 40
_LATE_S = 0.5
_PRESSURE = Path("/proc/pressure/cpu")
_WAITING = 50.0
"""Percent of the last ten seconds in which something waited for a core: as a rule none does."""
_PER_CORE = 2.0


class Strain:
    """Watches the event loop from `begin` to `end`."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_KEPT)
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        if self._task is None:
            self._task = asyncio.ensure_future(self._watch())

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @property
    def loop_late_s(self) -> float:
        """The most by which the event loop was late in the last twenty seconds."""
        return max(self._late, default=0.0)

    def words(self) -> str:
        """In what way the machine is overloaded, for the end of a sentence; empty if it is not."""
        return strained(self.loop_late_s, waiting_percent(), load_per_core())

    def beside(self, told: str) -> str:
        """What is told of a wait that was too long, with this machine's own share in it."""
        words = self.words()
        return f"{told}; {words}" if words else told

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._late.append(max(0.0, loop.time() - due))


def strained(loop_late_s: float, waiting: float, per_core: float) -> str:
    """What three measures say: seconds, percent, processes for each core."""
    signs = []
    if loop_late_s >= _LATE_S:
        signs.append(f"its event loop was {loop_late_s:.1f} s late")
    if waiting >= _WAITING:
        signs.append(f"work waited for a core {waiting:.0f} % of the time")
    if per_core >= _PER_CORE:
        signs.append(f"{per_core:.1f} processes wanted each core")
    if not signs:
        return ""
    return (
        f"this machine was overloaded meanwhile ({', '.join(signs)}), so the site may not be to "
        "blame: send fewer customers at once"
    )


def waiting_percent() -> float:
    """Share of the last ten seconds in which something waited for a core, in percent; 0 where the
    system does not tell."""
    try:
        first = _PRESSURE.read_text().splitlines()[0].split()
        return float(dict(part.split("=") for part in first[1:])["avg10"])
    except (OSError, ValueError, KeyError, IndexError):
        return 0.0


def load_per_core() -> float:
    """Processes that ran or wanted to in the last minute, for each core; 0 where nobody counts."""
    try:
        return os.getloadavg()[0] / cores()
    except OSError:
        return 0.0
