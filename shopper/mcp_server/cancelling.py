"""Work that a client may give up: cancelled once, and given the time to tidy up.

A cancelled call of the protocol cancels whatever is awaited in it, again and again, so that work
could not even close its browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import anyio

Result = TypeVar("Result")


async def until_cancelled(work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns. When this is cancelled, so is the work, and its end is waited for."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([task])
        raise
