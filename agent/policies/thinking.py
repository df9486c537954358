"""A thought on its way: whoever waits for a decision may listen to it as it is written.

Set around `Policy.decide`, and read by policies whose model writes in this process. Others say what
they thought when they have decided.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

Heard = Callable[[str], None]
"""Called on the event loop with all of the thought so far."""

LISTENER: ContextVar[Heard | None] = ContextVar("LISTENER", default=None)
"""Who listens to the thoughts of the visit at hand; None where nobody does."""
