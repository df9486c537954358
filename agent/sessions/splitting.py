"""Dividing a data set into parts by session or by user, the same way every time for a seed.

Reads the data twice and keeps only ids in memory. Parts are as near to their shares as whole
users allow, and none is empty while there are enough sessions or users.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from agent.sessions.session import Session
from agent.sessions.writer import SessionWriter

By = Literal["session", "user"]


class SplitError(ValueError):
    """A split that cannot be made; the message says why."""


def parse_parts(text: str) -> dict[str, float]:
    """``train=0.8,test=0.2`` as shares that sum to 1.

    Raises:
        SplitError: not in that form, a name twice, or shares that are not positive.
    """
    parts: dict[str, float] = {}
    for item in text.split(","):
        name, equals, share = item.strip().partition("=")
        try:
            value = float(share)
        except ValueError:
            value = 0.0
        if not equals or not name.isidentifier() or name in parts or not 0 < value < float("inf"):
            raise SplitError(f"parts are written like train=0.8,test=0.2; {item.strip()!r} is not")
        parts[name] = value
    total = sum(parts.values())
    return {name: share / total for name, share in parts.items()}


def assign(keys: Iterable[str], parts: dict[str, float], seed: int) -> dict[str, str]:
    """Which part each key belongs to; `keys` holds a session's key once per session.

    Raises:
        SplitError: there are fewer different keys than parts.
    """
    weights = Counter(keys)
    if len(weights) < len(parts):
        raise SplitError(f"{len(weights)} cannot be divided into {len(parts)} parts")
    order = sorted(weights)
    random.Random(seed).shuffle(order)
    names = list(parts)
    wanted = {name: share * weights.total() for name, share in parts.items()}
    chosen = dict(zip(order, names, strict=False))
    for key, name in chosen.items():
        wanted[name] -= weights[key]
    for key in order[len(names) :]:
        name = max(names, key=lambda n: wanted[n])
        chosen[key] = name
        wanted[name] -= weights[key]
    return chosen


def key_of(session: Session, by: By) -> str:
    return session.session_id if by == "session" else session.user_id


def write_split(
    sessions: Iterator[Session], chosen: dict[str, str], by: By, files: dict[str, Path]
) -> dict[str, int]:
    """Write each session into the file of its part; returns the number of sessions in each."""
    with ExitStack() as stack:
        writers = {name: stack.enter_context(SessionWriter(path)) for name, path in files.items()}
        for session in sessions:
            writers[chosen[key_of(session, by)]].write(session)
    return {name: writer.count for name, writer in writers.items()}
