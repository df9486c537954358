"""The proxy behind the gateway: a company's way out, which may ask for a name and a password.

It is asked only for hosts that the run may reach: the allowlist stands before it.
"""

from __future__ import annotations

import base64
import ipaddress
from typing import Literal
from urllib.parse import unquote, urlsplit

import msgspec

from envs.gateway.host_names import (
    HostError,
    address_of,
    bracketed,
    canonical_host,
    effective,
    is_loopback_name,
    split_port,
)

Carries = Literal["all", "http", "https"]


class ProxyError(ValueError):
    """An address that is no proxy's; the message does not repeat it, since it may hold a
    password."""


class UpstreamProxy(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP proxy. `user` and `password` may be empty. `carries` are the requests it is for, but
    not those to hosts of `bypass`: names with all under them, addresses, networks, ``*``, each
    optionally with ``:port``."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    bypass: tuple[str, ...] = ()
    scheme: Carries = "all"
    local_too: bool = True
    """Whether it is asked for hosts on this machine as well."""

    def __repr__(self) -> str:
        return f"UpstreamProxy({self.shown!r})"

    @property
    def shown(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def authorization(self) -> bytes:
        """The value of Proxy-Authorization; empty where nobody is named."""
        if not (self.user or self.password):
            return b""
        return b"Basic " + base64.b64encode(f"{self.user}:{self.password}".encode())

    def carries(self, host: str, port: int, tls: bool) -> bool:
        """Whether a request to canonical `host` goes through it."""
        if self.scheme not in ("all", "https" if tls else "http"):
            return False
        if not self.local_too and _is_local(host):
            return False
        return not any(_names(entry, host, port) for entry in self.bypass)


def parse_proxy(
    text: str, *, bypass: str = "", scheme: Carries = "all", local_too: bool = True
) -> UpstreamProxy:
    """Read ``http://[USER:PASSWORD@]HOST:PORT``; `bypass` is as NO_PROXY has it.

    Raises:
        ProxyError
    """
    written = text.strip() if "://" in text else f"http://{text.strip()}"
    try:
        parts = urlsplit(written)
        host, port = canonical_host(_host_of(parts.netloc)), parts.port
    except (ValueError, HostError) as error:
        raise ProxyError("the proxy's address is not understood: http://HOST:PORT") from error
    if parts.scheme != "http":
        raise ProxyError(
            f"proxies of the kind {parts.scheme}:// are not spoken to: give one as http://HOST:PORT"
        )
    return UpstreamProxy(
        host=host,
        port=port or 80,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        bypass=tuple(entry.strip() for entry in bypass.split(",") if entry.strip()),
        scheme=scheme,
        local_too=local_too,
    )


def _host_of(netloc: str) -> str:
    return split_port(netloc.rpartition("@")[2], 0)[0]


def _is_local(host: str) -> bool:
    address = address_of(host)
    if address is not None:
        return effective(address).is_loopback
    return is_loopback_name(host)


def _names(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means `host`."""
    if entry == "*":
        return True
    address = address_of(host)
    if "/" in entry:
        try:
            return address is not None and effective(address) in ipaddress.ip_network(entry, False)
        except (ValueError, TypeError):
            return False
    try:
        written, wanted = split_port(entry.removeprefix("*").removeprefix("."), 0)
        named = canonical_host(written)
    except HostError:
        return False
    if wanted and wanted != port:
        return False
    return host == named or (address is None and host.endswith(f".{named}"))
