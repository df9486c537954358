"""A run or study that can be looked at while it goes on, by the app."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from agent.runs.follow import Follower
from agent.runs.live.server import listening
from agent.runs.visit import Watch
from agent.sessions.session import Session

Result = TypeVar("Result")


async def seen_by_others(
    folder: Path,
    visits: int,
    max_steps: int,
    watch: Watch,
    work: Callable[[Watch, Follower], Awaitable[Result]],
) -> Result:
    """What `work` gives, which is given a watch and a follower; `watch` is told as well."""

    def stop() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    async with listening(folder, visits, max_steps, stop) as hub:

        def both(session: Session, doing: str) -> None:
            watch(session, doing)
            hub.watch(session, doing)

        return await work(both, hub)
