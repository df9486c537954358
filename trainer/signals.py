"""Stopping between two steps when the user or the machine asks for it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what schedulers and torchrun send before they kill."""

SAME = 2.0
"""Seconds in which a second signal is the first one again: on Ctrl-C torchrun's processes get it
from the terminal and from torchrun."""


@contextmanager
def asked_to_stop(say: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Whether a signal asked for an end since the block began. A later one ends at once, with
    KeyboardInterrupt. Outside the main thread signals are left to others."""
    asked: float | None = None
    heard = threading.Event()

    def tell() -> None:
        heard.wait()
        if asked is not None:
            say("stopping after this step (once more: at once, without keeping it)")

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked is not None:
            if time.monotonic() - asked > SAME:
                raise KeyboardInterrupt
            return
        asked = time.monotonic()
        heard.set()

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    # A thread says it: the signal may come while this one writes, and a stream refuses to be
    # written to from within its own write.
    teller = threading.Thread(target=tell, name="tell of the signal", daemon=True)
    teller.start()
    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield lambda: asked is not None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        heard.set()
        teller.join()
