"""Asking a server again: how long to wait between, and when to give up.

Numbers only. Who asks, and what counts as trouble, is the clients' affair.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRY_SECONDS = 300.0
"""Seconds that one answer is waited for, all tries together: less than a visit may last, so that
a visit ends with the server's fault named."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 20.0


class RetriesExhausted(Exception):
    """Another try would come too late; the message says why."""


class Backoff:
    """The pauses between the tries for one answer, begun now and over after `retry_seconds`
    seconds."""

    def __init__(self, retry_seconds: float = RETRY_SECONDS) -> None:
        self._retry_seconds = retry_seconds
        self._end = time.monotonic() + retry_seconds
        self._tries = 0

    @property
    def left(self) -> float:
        """Seconds left for this answer."""
        return max(0.0, self._end - time.monotonic())

    def next(self, asked: float | None = None) -> float:
        """Seconds to wait before the next try: what the server `asked` for, else half a second,
        doubling. With jitter, so that those turned away together do not come back together.

        Raises:
            RetriesExhausted: the patience does not reach so far.
        """
        self._tries += 1
        if asked is None:
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (self._tries - 1))
            pause *= random.uniform(0.75, 1.25)
        else:
            pause = asked * random.uniform(1.0, 1.25)
        if asked is not None and asked > self.left:
            raise RetriesExhausted(
                f"it asks to wait {asked:.0f} s, and {self._retry_seconds:.0f} s are the most"
            )
        if pause > self.left:
            raise RetriesExhausted(f"for {self._retry_seconds:.0f} s")
        return pause


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks for (``retry-after-ms``, ``retry-after`` as seconds or a date,
    RFC 9110 section 10.2.3); None when it does not say."""
    for header, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        said = headers.get(header)
        if said is None:
            continue
        try:
            return max(0.0, float(said) * unit)
        except ValueError:
            pass
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            continue
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return max(0.0, (until - datetime.now(UTC)).total_seconds())
    return None
