"""A solver for each task: what a customer would do, from the task's words and what is seen.

Tasks that differ only in their words or numbers share one. Each is a coroutine of a `Play`; it ends
when the page says that the task is over (`Over`), or returns when it knows no more to do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.miniwob.play import Play
from bench.miniwob.solvers import clicks, games, lists, mail, menus, numbers, reading, shops, typing

Solver = Callable[[Play], Awaitable[None]]

SOLVERS: dict[str, Solver] = {
    **clicks.SOLVERS,
    **games.SOLVERS,
    **lists.SOLVERS,
    **mail.SOLVERS,
    **menus.SOLVERS,
    **numbers.SOLVERS,
    **reading.SOLVERS,
    **shops.SOLVERS,
    **typing.SOLVERS,
}


def solver_of(task: str) -> Solver:
    """The solver of a task.

    Raises:
        ValueError: it has none.
    """
    if task not in SOLVERS:
        raise ValueError(f"there is no solver for {task}")
    return SOLVERS[task]
