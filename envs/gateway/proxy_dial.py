"""Connecting through the proxy behind the gateway (RFC 9110, section 9.3.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from envs.gateway.host_names import bracketed
from envs.gateway.proxy import UpstreamProxy

_MAX_ANSWER = 64 * 1024


class ProxyRefused(Exception):
    """The proxy does not make the connection; the message says why."""


async def connect(
    proxy: UpstreamProxy, protocol: Callable[[], asyncio.Protocol]
) -> asyncio.Transport:
    """A connection to the proxy itself.

    Raises:
        ProxyRefused: nothing answers there.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_connection(protocol, proxy.host, proxy.port)
    except (OSError, UnicodeError) as error:
        raise ProxyRefused(
            f"the proxy {proxy.shown} cannot be reached: is it running, and is that its address"
        ) from error
    return transport


async def tunnel(proxy: UpstreamProxy, host: str, port: int) -> asyncio.Transport:
    """A connection to `host` through the proxy. Nothing is read from it until somebody else's
    protocol is set.

    Raises:
        ProxyRefused: the proxy is down, or does not want to.
    """
    asked = _Handshake()
    transport = await connect(proxy, lambda: asked)
    target = f"{bracketed(host)}:{port}".encode()
    lines = [b"CONNECT %b HTTP/1.1" % target, b"Host: " + target]
    if proxy.authorization:
        lines.append(b"Proxy-Authorization: " + proxy.authorization)
    transport.write(b"\r\n".join((*lines, b"\r\n")))
    try:
        status = await asked.answer
        if status != 200:
            raise ProxyRefused(refusal(proxy, status))
    except BaseException:
        transport.abort()
        raise
    return transport


def refusal(proxy: UpstreamProxy, status: int) -> str:
    """What an answer of the proxy's own means; 0 is none."""
    if status == 407 and proxy.authorization:
        return f"the proxy {proxy.shown} does not accept the user name and password given for it"
    if status == 407:
        return (
            f"the proxy {proxy.shown} asks for a user name and a password, and there are none: "
            "give them in its address, http://USER:PASSWORD@HOST:PORT, by a variable"
        )
    if not status:
        return f"the proxy {proxy.shown} hung up without an answer"
    return f"the proxy {proxy.shown} does not make the connection: it answers with HTTP {status}"


class _Handshake(asyncio.Protocol):
    """Waits for the proxy's answer: `answer` is its HTTP status, 0 for none."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        if b"\r\n\r\n" not in self._data and len(self._data) < _MAX_ANSWER:
            return
        first = self._data.split(b"\r\n", 1)[0].split(b" ")
        known = len(first) > 1 and first[0].startswith(b"HTTP/1.") and first[1].isdigit()
        self._tell(int(first[1]) if known else 0)
        assert self._transport is not None
        self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._tell(0)

    def _tell(self, status: int) -> None:
        if not self.answer.done():
            self.answer.set_result(status)
