"""Whether this is a step of a GitHub Actions workflow, and what the runner takes for commands.

The runner reads what a step prints, and lines that begin in a certain way are commands to it,
whoever wrote them. Nearly everything that Shopper prints holds words of pages, customers or models:
the runner is told not to listen, but to what Shopper itself has to say to it.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

_words: list[str] = []
"""The word that lets the runner listen again, while it does not."""


def in_a_workflow() -> bool:
    """Whether this is a step of a GitHub Actions workflow."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def unheard() -> Iterator[None]:
    """For as long as the block runs, nothing that is printed is a command."""
    if not in_a_workflow() or _words:
        yield
        return
    _stop()
    try:
        yield
    finally:
        _resume()


@contextmanager
def heard() -> Iterator[None]:
    """Within `unheard`: what the block prints may be commands."""
    if not _words:
        yield
        return
    _resume()
    try:
        yield
    finally:
        _stop()


def _stop() -> None:
    _words.append(secrets.token_hex(16))
    click.echo(f"::stop-commands::{_words[-1]}", err=True)


def _resume() -> None:
    sys.stdout.flush()  # what was printed before must be read before
    click.echo(f"::{_words.pop()}::", err=True)
