"""Ctrl-C and SIGTERM end what a command waits for, and what was reached is kept."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from agent.runs.folder import FolderError

Result = TypeVar("Result")


async def until_interrupted(
    work: Coroutine[Any, Any, Result], kept: Callable[[], Result]
) -> Result:
    """What `work` returns; stopped by a signal, what `kept` finds on the disk.

    Raises:
        click.Abort: it was stopped before there was anything to keep.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        try:
            return kept()
        except FolderError as nothing:
            raise click.Abort from nothing
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
