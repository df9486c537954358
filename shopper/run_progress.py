"""What a person sees while customers shop: a live table, or plain lines without a screen."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from agent.sessions.describe import describe_step
from agent.sessions.outcome import SessionOutcome, error_text, failed, outcome_of
from agent.sessions.session import Session
from eval import formatting
from shopper.run_log import HEARTBEAT, RunLog

ROWS = 12
"""At most so many customers in the live table."""


class Progress:
    """Follows a run: `begin` when shopping begins, then `watch` at whatever customers do. As a
    context manager it gives the screen back."""

    def __init__(
        self,
        console: Console,
        total: int,
        max_steps: int = 20,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._console = console
        self._total = total
        self._resumed = 0
        self._max_steps = max_steps
        self._started = time.monotonic()
        self._active: dict[str, tuple[Session, str, float]] = {}
        self._ends: Counter[SessionOutcome] = Counter()
        self._steps = 0
        self._log = RunLog(console, self._summary, heartbeat)
        self._told: dict[str, str] = {}
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=4)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()
        else:
            self._log.stop()

    def begin(self, finished: int) -> None:
        """Show that customers shop now; so many visits were over before."""
        self._resumed = finished
        self._started = time.monotonic()
        if self._console.is_terminal:
            self._live.start()
        else:
            self._log.start()

    def watch(self, session: Session, doing: str) -> None:
        """Note what a customer does now."""
        if session.end is None:
            if session.session_id not in self._active and not self._console.is_terminal:
                self._log.say(self._begun_line(session))
            _, _, since = self._active.get(session.session_id, (None, None, time.monotonic()))
            self._active[session.session_id] = (session, doing, since)
            return
        _, _, since = self._active.pop(session.session_id, (session, "", time.monotonic()))
        self._steps += len(session.steps)
        self._ends[outcome_of(session)] += 1
        if not self._console.is_terminal:
            self._log.say(self._finished_line(session, time.monotonic() - since))

    def _begun_line(self, session: Session) -> str:
        wanted = f": wants {session.intent}" if session.intent else ""
        return f"{session.session_id} begins{wanted}"

    def _finished_line(self, session: Session, seconds: float) -> str:
        done = self._resumed + self._ends.total()
        why = f": {self._why(session)}" if failed(session) else ""
        return (
            f"[{done}/{self._total}] {session.session_id}: {outcome_of(session).label.lower()} "
            f"after {formatting.count(len(session.steps), 'step')}, {seconds:.0f} s{why}"
        )

    def _why(self, session: Session) -> str:
        """Why a visit failed, told in full the first time."""
        cause = error_text(session)
        first = self._told.setdefault(cause, session.session_id)
        return cause if first == session.session_id else f"for the same reason as {first}"

    def _picture(self) -> Group:
        table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
        for title, width in (("customer", 14), ("step", 5), ("now", 6), ("time", 5)):
            table.add_column(title, width=width, no_wrap=True)
        table.add_column("where", ratio=2, no_wrap=True, overflow="ellipsis")
        table.add_column("last reasoning", ratio=3, no_wrap=True, overflow="ellipsis")
        for session, doing, since in list(self._active.values())[:ROWS]:
            table.add_row(*self._row(session, doing, since))
        hidden = len(self._active) - ROWS
        told = f"and {formatting.count(hidden, 'more customer')}" if hidden > 0 else ""
        more = [Text(told, style="dim")] if told else []
        return Group(table, *more, Text(self._summary(), style="bold"))

    def _row(self, session: Session, doing: str, since: float) -> list[Text]:
        last = session.steps[-1] if session.steps else None
        reasoning = "" if last is None else (last.reasoning or str(describe_step(last)))
        return [
            Text(session.session_id),
            Text(f"{len(session.steps)}/{self._max_steps}"),
            Text(doing, style="cyan"),
            Text(formatting.elapsed(time.monotonic() - since)),
            Text("" if last is None else (last.title or last.url)),
            Text(" ".join(reasoning.split()), style="italic"),
        ]

    def _summary(self) -> str:
        seconds = time.monotonic() - self._started
        finished = self._ends.total()
        active = [session for session, _, _ in list(self._active.values())]
        steps = self._steps + sum(len(session.steps) for session in active)
        line = (
            f"{self._resumed + finished:,} of {formatting.count(self._total, 'visit')} finished · "
            f"{formatting.count(steps, 'step')}, {steps / max(seconds, 1e-9):.1f} a second · "
            f"{formatting.elapsed(seconds)}"
        )
        if finished:
            left = (self._total - self._resumed - finished) * seconds / finished
            line += f" · about {formatting.elapsed(left)} left"
        return line
