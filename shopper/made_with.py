"""Says on standard error with what other versions the sessions were made that are worked with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from agent.sessions.dataset import files_of, read_sessions
from agent.sessions.session import RecordError, Session


def tell_versions(what: object, sessions: Iterable[Session]) -> None:
    """Each difference once, of `what` as a whole."""
    from agent.sources.made_with import differences

    found = dict.fromkeys(one for s in sessions for one in differences(s))
    for sentence in found:
        click.echo(f"note: {what}: {sentence}", err=True)


def tell_versions_of(data: Path, split: str | None = None) -> None:
    """As `tell_versions`, by the first session of each file; what cannot be read is told by whoever
    reads it all."""
    try:
        files = [f for f in files_of(data) if split is None or f.name.startswith(f"{split}.")]
        firsts = [next(iter(read_sessions(file)), None) for file in files]
    except (OSError, RecordError):
        return
    tell_versions(data, (one for one in firsts if one is not None))
