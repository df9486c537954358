"""How fast data sets are read, and in how much memory: `shopper data check` on many sessions.

    python bench/data.py [SESSIONS]

Makes a data set of synthetic sessions (7 steps of about 3 KB of simplified HTML and 40 names),
then checks it in a process of its own in every format, and prints rate and peak memory. Timings
are of this machine; the bound on memory, 500 MB, is the promise.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.sessions.dataset import FORMATS, write_sessions
from agent.sessions.session import Session, Step
from envs.actions import Click, Terminate, TypeAndSubmit
from envs.observation import Box, Element

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("blue", "red", "small", "large", "mug", "bowl", "plate", "lamp", "oak", "steel", "soft")
PROMISE_MB = 500


def sessions(count: int) -> Iterator[Session]:
    chance = random.Random(0)
    for number in range(count):
        steps = tuple(_step(i, chance) for i in range(7))
        yield Session(
            session_id=f"s{number:06}",
            user_id=f"u{number // 4:06}",
            site="bench",
            started_at=START,
            source="synthetic",
            steps=steps,
            end="terminate",
        )


def _step(index: int, chance: random.Random) -> Step:
    products = ["_".join(chance.choices(WORDS, k=4)) + f"_{i}" for i in range(20)]
    names = [f"results.{p}.{verb}" for p in products for verb in ("view_product", "add_to_cart")]
    html = "".join(
        f'<li name="results.{p}"><a name="results.{p}.view_product">{p.replace("_", " ")}</a>'
        f"<span>$ {chance.randint(1, 99)}.99</span>"
        f'<button name="results.{p}.add_to_cart">Add to cart</button></li>'
        for p in products
    )
    elements = tuple(
        Element(name, "button", "cart", Box(10.0, 20.0 * i, 100.0, 20.0))
        for i, name in enumerate(["nav.search", *names])
    )
    action = (
        TypeAndSubmit("nav.search", " ".join(chance.choices(WORDS, k=2)))
        if index == 0
        else Terminate()
        if index == 6
        else Click(chance.choice(names))
    )
    return Step(
        index=index,
        timestamp=START + timedelta(seconds=5 * index),
        url="http://bench/results",
        context=f'<form><input name="nav.search" type="search"></form><ul>{html}</ul>',
        reasoning="It looks like what I need, so I open it.",
        action=action,
        names=elements,
        kind=("search", *["product"] * 5, "leave")[index],
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{count:,} sessions; the promise is under {PROMISE_MB} MB")
    print(
        f"{'format':<12}{'file MB':>9}{'write s':>9}{'check s':>9}{'sessions/s':>12}{'peak MB':>9}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for ending in FORMATS:
            path = Path(folder) / f"data{ending}"
            start = time.perf_counter()
            write_sessions(path, sessions(count))
            written = time.perf_counter() - start
            seconds, peak = _check(path)
            size = path.stat().st_size / 1e6
            print(f"{ending:<12}{size:>9.1f}{written:>9.1f}{seconds:>9.1f}"
                  f"{count / seconds:>12,.0f}{peak:>9.0f}")  # fmt: skip
            path.unlink()


def _check(path: Path) -> tuple[float, float]:
    """Wall seconds and peak memory (MB) of `shopper data check` in a process of its own."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "shopper.cli", "data", "check", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
