"""Looking at a run from another process: what it says, and what it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from agent.runs.live.messages import Asked, LiveRun, Said
from agent.runs.live.place import socket_of

LONGEST = 64 << 20
"""Bytes of a line: all visits of a large run."""
PATIENCE = 5.0


class NotLive(Exception):
    """The run does not listen: it is over, or is about to begin, or of an earlier version."""


class Connection:
    """An open line to a run; `run` is how everything stood when it was opened."""

    def __init__(
        self, run: LiveRun, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.run = run
        self._reader = reader
        self._writer = writer

    async def ask(self, asked: Asked) -> None:
        """
        Raises:
            NotLive: the run is over.
        """
        try:
            self._writer.write(msgspec.json.encode(asked) + b"\n")
            await self._writer.drain()
        except OSError as error:
            raise NotLive(str(error)) from error

    async def said(self) -> AsyncIterator[Said]:
        """What it says, until it is over."""
        decoder = msgspec.json.Decoder(Said)
        with suppress(OSError, ValueError, msgspec.MsgspecError):
            while line := await self._reader.readline():
                yield decoder.decode(line)


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[Connection]:
    """A line to the run in `folder`.

    Raises:
        NotLive: it does not listen.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(socket_of(folder), limit=LONGEST)
    except OSError as error:
        raise NotLive(f"{folder}: {error}") from error
    try:
        yield Connection(await _first(reader), reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _first(reader: asyncio.StreamReader) -> LiveRun:
    try:
        async with asyncio.timeout(PATIENCE):
            return msgspec.json.decode(await reader.readline(), type=LiveRun)
    except (OSError, ValueError, TimeoutError, msgspec.MsgspecError) as error:
        raise NotLive(str(error)) from error
