"""Whether the other processes of a run are still alive, so that a lost node is noticed in minutes.

Processes that wait for each other in an exchange wait as long as they were told to, hours where
data are prepared. So each one leaves a sign of life in the group's store every few seconds, from a
thread of its own, and looks at those of the others. Knows processes, nothing of training.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch._C._distributed_c10d import Store, TCPStore

EVERY = 5.0
"""Seconds between two signs of life."""
LOST_AFTER = 120.0
"""Seconds without a sign of life after which a process is taken for lost."""

Gone = Callable[[str], None]


@contextmanager
def watching(
    rank: int,
    size: int,
    gone: Gone | None = None,
    *,
    every: float = EVERY,
    after: float = LOST_AFTER,
) -> Iterator[None]:
    """While it is open, `gone` is told when a process or the store is lost; by default this process
    says so and ends: it may be waiting where nothing can call it back."""
    if size == 1:
        yield
        return
    over = threading.Event()
    watch = _Watch(rank, size, gone or _end, every, after, over)
    thread = threading.Thread(target=watch.run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
        watch.takes_leave = True
    finally:
        over.set()
        thread.join(timeout=2 * every)


class _Watch:
    def __init__(
        self,
        rank: int,
        size: int,
        gone: Gone,
        every: float,
        after: float,
        over: threading.Event,
    ) -> None:
        self._rank = rank
        self._others = [other for other in range(size) if other != rank]
        self._gone = gone
        self._every = every
        self._after = after
        self._over = over
        self.takes_leave = False

    def run(self) -> None:
        try:
            self._watch(_own_connection())
        except (RuntimeError, OSError) as error:  # the store's host is gone, or ended before us
            if not self._over.wait(self._after / 4):
                first = str(error).splitlines()[0]
                self._gone(f"the first process's machine does not answer any more ({first})")

    def _watch(self, store: Store) -> None:
        """Seconds are this process's own: clocks of machines differ."""
        seen: dict[int, tuple[bytes, float]] = {}
        while not self._over.is_set():
            store.set(_key(self._rank), f"{socket.gethostname()} {time.monotonic()}")
            now = time.monotonic()
            for other in self._others:
                sign = store.get(_key(other)) if store.check([_key(other)]) else b"? -"
                if sign == _LEFT:
                    continue
                if other not in seen or seen[other][0] != sign:
                    seen[other] = (sign, now)
                elif now - seen[other][1] > self._after:
                    host = sign.decode("utf-8", "replace").split()[0]
                    self._gone(
                        f"process {other} ({host}) has given no sign of life for "
                        f"{now - seen[other][1]:.0f} seconds"
                    )
                    return
            self._over.wait(self._every)
        if self.takes_leave:
            store.set(_key(self._rank), _LEFT.decode())


_LEFT = b"left"
"""The sign of a process that is done."""


def _key(rank: int) -> str:
    return f"shopper/alive/{rank}"


def _own_connection() -> Store:
    """A connection beside the group's, which may be waiting in an exchange."""
    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    return TCPStore(host, port, is_master=False, wait_for_workers=False)


def _end(what: str) -> None:
    print(
        f"Error: {what}; the run ends here, and --resume goes on from its last checkpoint",
        file=sys.stderr,
        flush=True,
    )
    os._exit(1)
