"""The walk through the embedded shop that the crowd's benchmarks have in common.

Nine decisions, seven or eight of them actions on a page. Prints nothing.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import psutil

import shopper
from agent.runs.card import RunTotals
from agent.runs.visit import Watch

SCRIPT = [
    {"type": "click", "name": "cookies.accept", "optional": True},
    {"type": "type_and_submit", "name": "*search*", "text": "headphones"},
    {"type": "click", "name": "newsletter.close", "optional": True},
    {"type": "click", "name": "results.*headphones*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "coffee mug"},
    {"type": "click", "name": "results.*mug*", "pick": "random"},
    {"type": "type_and_submit", "name": "*search*", "text": "waterproof backpack"},
    {"type": "click", "name": "results.*backpack*", "pick": "random"},
    {"type": "terminate"},
]


class Clock:
    """Wall and CPU seconds (this process and all that it started) from the first look of the first
    customer to the end of the last visit."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self.seconds = 0.0
        self.cpu = 0.0

    def watch(self, session: object, doing: str) -> None:
        if self._began is None:
            self._began = (time.perf_counter(), _cpu())
        if doing not in ("looks", "thinks", "acts"):
            self.seconds = time.perf_counter() - self._began[0]
            self.cpu = _cpu() - self._began[1]


async def walk(at_once: int, visits: int, watch: Watch, *, screenshots: bool = False) -> RunTotals:
    """Let so many customers take the walk; what it comes to. Its folder is gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "script.json").write_text(json.dumps(SCRIPT))
        run = await shopper.run(
            customers=visits,
            policy=f"scripted:{root / 'script.json'}",
            concurrency=at_once,
            screenshots=screenshots,
            out=root / "run",
            watch=watch,
        )
        return run.card.totals


def _cpu() -> float:
    """CPU seconds of this process and all that it started."""
    total = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total
