"""Resolves names, judges every address they lead to, and connects to the very address judged.

The browser never resolves anything itself, so a name cannot mean one thing when it is judged and
another when it is connected to.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from envs.gateway.host_names import Address, address_of, bracketed, is_loopback_name
from envs.gateway.limits import GatewayLimits
from envs.gateway.passes import NOTHING, Passes
from envs.gateway.proxy import UpstreamProxy
from envs.gateway.proxy_dial import ProxyRefused, connect, tunnel
from envs.gateway.rules import SiteRules
from envs.gateway.tls import OpenedTls, why_not_trusted
from envs.gateway.upstream import Host

Resolver = Callable[[str, int], Awaitable[Sequence[Address]]]
"""Gives the addresses of a host name; raises OSError when it has none."""

_THIS_MACHINE = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
_KNOWN_HERE_S = 3.0
"""Within which a name must be known here that a proxy knows as well."""

How = Literal["http", "tunnel", "tls"]
"""What a connection is for: plain requests, what the browser says itself, or requests in TLS that
the gateway speaks."""
_CAUSES = {
    errno.ECONNREFUSED: "refused the connection",
    errno.EHOSTUNREACH: "cannot be reached from here",
    errno.ENETUNREACH: "cannot be reached from here",
    errno.ECONNRESET: "closed the connection",
}


class Forbidden(Exception):
    """The rules do not allow the address; the message says why."""


class ConnectFailed(Exception):
    """No connection could be made; the message says why."""


async def system_resolver(host: str, port: int) -> Sequence[Address]:
    """The operating system's addresses of `host`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))


class Dialer:
    """Connects to allowed hosts at allowed addresses, and to nothing else."""

    def __init__(
        self,
        rules: SiteRules,
        limits: GatewayLimits,
        resolver: Resolver,
        passes: Passes = NOTHING,
        tls: OpenedTls | None = None,
    ) -> None:
        self._passes = passes
        self._tls = tls or OpenedTls(passes)
        self._rules = rules
        self._limits = limits
        self._resolver = resolver
        self._lookups: dict[str, tuple[float, asyncio.Future[Sequence[Address]]]] = {}

    async def dial(self, host: str, port: int, how: How = "http") -> Host:
        """A connection to canonical `host`: for plain requests, for a tunnel, or in TLS.

        Raises:
            Forbidden: the host, or an address it resolves to, is not allowed.
            ConnectFailed: unknown name, refused, unreachable, or too slow.
        """
        if reason := self._rules.refuse_host(host, port):
            raise Forbidden(reason)
        proxy = self._passes.proxy_for(host, port, tls=how != "http")
        try:
            async with asyncio.timeout(self._limits.connect):
                addresses = await self._judged(host, port, proxy)
                if proxy is not None:
                    return await self._by_proxy(proxy, host, port, how)
                return await self._connect(host, port, addresses, self._context(host, port, how))
        except TimeoutError as error:
            seconds = self._limits.connect
            raise ConnectFailed(f"{host} did not answer within {seconds:g} seconds") from error

    async def _judged(self, host: str, port: int, proxy: UpstreamProxy | None) -> Sequence[Address]:
        """The addresses of a host, all of them allowed. A proxy may know names that are not known
        here: it then looks them up, and what they lead to is its network's business."""
        try:
            async with asyncio.timeout(None if proxy is None else _KNOWN_HERE_S):
                addresses = await self._addresses(host, port)
        except (ConnectFailed, TimeoutError):
            if proxy is None:
                raise
            return ()
        for address in addresses:
            if reason := self._rules.refuse_address(host, port, address):
                raise Forbidden(reason)
        return addresses

    def _context(self, host: str, port: int, how: How) -> ssl.SSLContext | None:
        return self._tls.towards_host(host, port) if how == "tls" else None

    async def _by_proxy(self, proxy: UpstreamProxy, host: str, port: int, how: How) -> Host:
        try:
            if how == "http":
                made = Host(proxy)
                await connect(proxy, lambda: made)
                return made
            transport = await tunnel(proxy, host, port)
        except ProxyRefused as error:
            raise ConnectFailed(str(error)) from error
        made = Host()
        context = self._context(host, port, how)
        if context is None:
            transport.set_protocol(made)
        else:
            try:
                transport = await _secured(transport, made, context, host)
            except (OSError, TimeoutError) as error:
                raise ConnectFailed(f"{bracketed(host)}:{port} {_why(error)}") from error
        made.connection_made(transport)
        return made

    async def _addresses(self, host: str, port: int) -> Sequence[Address]:
        if (address := address_of(host)) is not None:
            return (address,)
        if is_loopback_name(host):
            return _THIS_MACHINE
        try:
            addresses = await asyncio.shield(self._lookup(host, port))
        except (OSError, UnicodeError) as error:  # the latter: no name the system accepts
            raise ConnectFailed(f"the name {host} is not known") from error
        if not addresses:
            raise ConnectFailed(f"the name {host} has no address")
        return addresses

    def _lookup(self, host: str, port: int) -> asyncio.Future[Sequence[Address]]:
        """One look-up for all who ask within the time that names are kept; failures are not."""
        now = asyncio.get_running_loop().time()
        expires, lookup = self._lookups.get(host, (0.0, None))
        failed = lookup is not None and lookup.done() and lookup.exception() is not None
        if lookup is None or failed or now >= expires:
            lookup = asyncio.ensure_future(self._resolver(host, port))
            self._lookups[host] = (now + self._limits.names, lookup)
        return lookup

    async def _connect(
        self,
        host: str,
        port: int,
        addresses: Sequence[Address],
        context: ssl.SSLContext | None = None,
    ) -> Host:
        """The first of `addresses` that answers; each but the last gets its share of the time."""
        loop = asyncio.get_running_loop()
        share = self._limits.connect / len(addresses)
        cause: BaseException | None = None
        for address in addresses:
            try:
                async with asyncio.timeout(share):
                    _, made = await loop.create_connection(
                        Host,
                        str(address),
                        port,
                        ssl=context,
                        server_hostname=None if context is None else host,
                    )
                    return made
            except (OSError, TimeoutError) as error:
                cause = error
        raise ConnectFailed(f"{bracketed(host)}:{port} {_why(cause)}") from cause


async def _secured(
    transport: asyncio.Transport, protocol: Host, context: ssl.SSLContext, host: str
) -> asyncio.Transport:
    """TLS over a connection that stands."""
    loop = asyncio.get_running_loop()
    secure = await loop.start_tls(transport, protocol, context, server_hostname=host)
    if secure is None:
        raise ConnectionResetError(errno.ECONNRESET, "hung up")
    return secure


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, ssl.SSLError):
        return why_not_trusted(cause)
    if isinstance(cause, TimeoutError):
        return "does not answer"
    return _CAUSES.get(getattr(cause, "errno", None) or 0, f"cannot be connected to ({cause})")
