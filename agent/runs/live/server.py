"""The socket of a run: tells whoever connects what goes on, and passes on what they ask for."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from agent.runs.live.hub import Hub, Reader
from agent.runs.live.messages import Asked
from agent.runs.live.place import socket_of

LONGEST = 1 << 20
"""Bytes of a line that is read."""


@asynccontextmanager
async def listening(
    folder: Path, total: int, max_steps: int, stop: Callable[[], None]
) -> AsyncIterator[Hub]:
    """A hub for the run in `folder`, to which others can connect while the block runs. Where they
    cannot, the run goes on without being seen."""
    hub = Hub(total, max_steps, stop)
    path, server = None, None
    try:
        path = socket_of(folder)
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(
            lambda reader, writer: _serve(hub, reader, writer), path, limit=LONGEST
        )
        os.chmod(path, 0o600)  # noqa: PTH101
    except OSError:
        server = None
    try:
        yield hub
    finally:
        if server is not None and path is not None:
            server.close()
            with suppress(OSError):
                path.unlink(missing_ok=True)
        await hub.close()


async def _serve(hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One who looks, until they leave."""
    someone = hub.read()
    telling = asyncio.create_task(_tell(someone, writer))
    decoder = msgspec.json.Decoder(Asked)
    try:
        while line := await reader.readline():
            await hub.take(someone, decoder.decode(line))
    except (OSError, ValueError, msgspec.MsgspecError):
        pass  # whoever speaks otherwise is no longer listened to
    finally:
        hub.forget(someone)
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        writer.close()


async def _tell(someone: Reader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while True:
            writer.write(msgspec.json.encode(await someone.queue.get()) + b"\n")
            await writer.drain()
