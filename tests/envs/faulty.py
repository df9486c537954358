"""A shop behind a bad line: a server in front of a real one that spoils chosen answers.

Everything else passes through unchanged.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Fault = Literal["reset", "reset half-way", "truncate", "close", "garbage", "500", "429", "hang"]

_OWN = {
    "500": b"HTTP/1.1 500 Internal Server Error\r\n",
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n",
}
_PAGE = b"<title>Sorry</title><h1>Sorry</h1><p>Something is wrong on our side.</p>"


@dataclass
class BadLine:
    """The line to the shop at `upstream`.

    `spoil` is asked for every request (its path with query) which fault befalls it, if any;
    `delay` seconds pass before every answer. `spoilt` lists the requests that met a fault.
    """

    upstream: str
    spoil: Callable[[str], Fault | None] = lambda path: None
    delay: float = 0.0
    port: int = 0
    spoilt: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request and its answer."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            fault = self.spoil(path)
            await asyncio.sleep(self.delay)
            if fault is None:
                await self._pass(head, reader, writer, None)
            else:
                self.spoilt.append(path)
                await self._befall(fault, head, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _befall(
        self, fault: Fault, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if fault == "hang":
            await reader.read()
        elif fault == "garbage":
            writer.write(b"\x00\x17 this is not HTTP \xff" * 9)
        elif fault == "reset":
            _reset(writer)
        elif own := _OWN.get(fault):
            size = b"Content-Length: %d\r\n" % len(_PAGE)
            writer.write(own + b"Content-Type: text/html\r\n" + size + b"\r\n" + _PAGE)
        elif fault in ("truncate", "reset half-way"):
            await self._pass(head, reader, writer, 2000)
            if fault == "reset half-way":
                _reset(writer)

    async def _pass(
        self,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limit: int | None,
    ) -> None:
        """Hand the request on and the answer back, up to `limit` bytes of it."""
        to = urlsplit(self.upstream)
        up_reader, up_writer = await asyncio.open_connection(to.hostname, to.port)
        first, rest = head.split(b"\r\n", 1)
        up_writer.write(first + b"\r\nConnection: close\r\n" + rest)
        sending = asyncio.ensure_future(_copy(reader, up_writer))
        passed = 0
        while piece := await up_reader.read(limit - passed if limit else 65536):
            writer.write(piece)
            await writer.drain()
            passed += len(piece)
            if passed == limit:
                break
        sending.cancel()
        up_writer.close()


@asynccontextmanager
async def bad_line(
    upstream: str, spoil: Callable[[str], Fault | None], delay: float = 0.0
) -> AsyncIterator[BadLine]:
    """A bad line to `upstream`, on loopback."""
    line = BadLine(upstream, spoil, delay)
    tasks: set[asyncio.Task[None]] = set()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(line.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset, not an end."""
    link = writer.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
