"""What a person sees while customers shop: a live table, or plain lines where there is no screen.

Knows sessions, not how they are run.
"""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from agent.sessions.session import Session
from envs.actions import Action, Input, Terminate, TypeAndSubmit

ROWS = 12
"""At most so many customers in the live table."""


class Progress:
    """Follows a run. `watch` is called by the loop; a context manager owns the screen."""

    def __init__(self, console: Console, total: int, done: int = 0, max_steps: int = 20) -> None:
        self._console = console
        self._total = total
        self._resumed = done
        self._max_steps = max_steps
        self._started = time.monotonic()
        self._active: dict[str, tuple[Session, str, float]] = {}
        self._ends: Counter[str] = Counter()
        self._steps = 0
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=4)

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def watch(self, session: Session, doing: str) -> None:
        """Note what a customer does now."""
        if session.end is None:
            _, _, since = self._active.get(session.session_id, (None, None, time.monotonic()))
            self._active[session.session_id] = (session, doing, since)
            return
        _, _, since = self._active.pop(session.session_id, (session, "", time.monotonic()))
        self._steps += len(session.steps)
        self._ends[session.end.split(":")[0]] += 1
        if not self._console.is_terminal:
            self._console.print(self._finished_line(session, time.monotonic() - since))

    def _finished_line(self, session: Session, seconds: float) -> Text:
        done = self._resumed + self._ends.total()
        return Text(
            f"[{done}/{self._total}] {session.session_id}: {session.end} "
            f"after {len(session.steps)} steps, {seconds:.0f} s"
        )

    def _picture(self) -> Group:
        table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
        for title, width in (("customer", 14), ("step", 5), ("now", 6), ("time", 5)):
            table.add_column(title, width=width, no_wrap=True)
        table.add_column("where", ratio=2, no_wrap=True, overflow="ellipsis")
        table.add_column("last thought", ratio=3, no_wrap=True, overflow="ellipsis")
        for session, doing, since in list(self._active.values())[:ROWS]:
            table.add_row(*self._row(session, doing, since))
        hidden = len(self._active) - ROWS
        more = [Text(f"and {hidden} more", style="dim")] if hidden > 0 else []
        return Group(table, *more, self._summary())

    def _row(self, session: Session, doing: str, since: float) -> list[Text]:
        last = session.steps[-1] if session.steps else None
        reasoning = "" if last is None else (last.reasoning or describe(last.action))
        return [
            Text(session.session_id),
            Text(f"{len(session.steps)}/{self._max_steps}"),
            Text(doing, style="cyan"),
            Text(f"{time.monotonic() - since:.0f} s"),
            Text("" if last is None else (last.title or last.url)),
            Text(" ".join(reasoning.split()), style="italic"),
        ]

    def _summary(self) -> Text:
        seconds = time.monotonic() - self._started
        finished = self._ends.total()
        steps = self._steps + sum(len(s.steps) for s, _, _ in self._active.values())
        line = (
            f"{self._resumed + finished} of {self._total} visits finished · "
            f"{steps} steps, {steps / max(seconds, 1e-9):.1f} a second · {seconds:.0f} s"
        )
        if finished:
            left = (self._total - self._resumed - finished) * seconds / finished
            line += f" · about {left:.0f} s left"
        return Text(line, style="bold")


def describe(action: Action) -> str:
    """An action in a few plain words."""
    if isinstance(action, Terminate):
        return "leaves"
    where = action.name.rsplit(".", 1)[-1].replace("_", " ")
    if isinstance(action, TypeAndSubmit):
        return f"types “{action.text}” into {where} and submits"
    if isinstance(action, Input):
        return f"types “{action.text}” into {where}"
    return f"clicks {where}"
