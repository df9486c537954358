"""The host's end of a connection through the gateway: passes on what comes, unread."""

from __future__ import annotations

import asyncio
import ssl
from typing import Protocol

from envs.gateway.proxy import UpstreamProxy
from envs.gateway.tls import why_not_trusted


class HostClient(Protocol):
    """What a host's connection tells the browser's."""

    transport: asyncio.Transport

    @property
    def tunnelled(self) -> bool:
        """Whether each direction may end on its own."""
        ...

    def received(self, data: bytes) -> None: ...

    def host_finished(self) -> None: ...

    def host_lost(self, broken: bool, why: str = "") -> None:
        """`why` is what went wrong in TLS, if that was it."""


class Host(asyncio.Protocol):
    """A connection to a host. Reads nothing until it is attached to a browser's connection.

    `proxy` carries plain requests in its own form, if it is not None.
    """

    def __init__(self, proxy: UpstreamProxy | None = None) -> None:
        self.proxy = proxy
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set when connected
        self.finished = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._side: HostClient | None = None

    def attach(self, side: HostClient) -> None:
        """Begin to pass on what comes to `side`."""
        self._side = side
        self.transport.resume_reading()

    def close(self, broken: bool = False) -> None:
        """Let go of the browser's connection and hang up; at once if that one broke."""
        self._side = None
        if broken:
            self.transport.abort()
        else:
            self.transport.close()

    def finish(self) -> None:
        """The browser sends no more."""
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()

    # --- events of the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        if self._side is not None:
            self._side.received(data)

    def eof_received(self) -> bool:
        self.finished = True
        if self._side is None:
            return False
        self._side.host_finished()
        return self._side.tunnelled and self.transport.can_write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        if self._side is not None:
            why = why_not_trusted(exc) if isinstance(exc, ssl.SSLError) else ""
            self._side.host_lost(broken=exc is not None, why=why)

    def pause_writing(self) -> None:
        if self._side is not None:
            self._side.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._side is not None:
            self._side.transport.resume_reading()
