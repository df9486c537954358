"""One entry of an allowlist: a host, a host and all under it, an address, or a network."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from envs.gateway.host_names import (
    Address,
    HostError,
    address_of,
    canonical_host,
    effective,
    split_port,
)
from envs.gateway.sites import is_public_suffix

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Grant:
    """Permission to reach `host` (with `subdomains`, all under it too) or a `network`.

    `port` None means any port. Addresses are granted by `network` only, unwrapped.
    """

    host: str | None = None
    subdomains: bool = False
    network: Network | None = None
    port: int | None = None

    def covers(self, host: str, port: int) -> bool:
        """Whether canonical `host` at `port` is granted by its spelling."""
        if self.host is not None:
            under = self.subdomains and host.endswith("." + self.host)
            return (host == self.host or under) and self.port in (None, port)
        address = address_of(host)
        return address is not None and self.covers_address(address, port)

    def covers_address(self, address: Address, port: int) -> bool:
        """Whether this grant names `address` itself; a host's grant never does."""
        if self.network is None or self.port not in (None, port):
            return False
        address = effective(address)
        return address.version == self.network.version and address in self.network

    def __str__(self) -> str:
        if self.network is not None:
            alone = self.network.num_addresses == 1
            shown = str(self.network.network_address if alone else self.network)
            shown = f"[{shown}]" if self.network.version == 6 and self.port else shown
        else:
            shown = f"*.{self.host}" if self.subdomains else str(self.host)
        return shown if self.port is None else f"{shown}:{self.port}"


def parse_grant(text: str) -> Grant:
    """Read ``host``, ``*.host``, an address or a network, each optionally with ``:port``.

    Raises:
        HostError: none of these; the message quotes `text` and says what it should be.
    """
    entry = text.strip()
    try:
        return _network(entry) or _host(entry)
    except HostError as error:
        raise HostError(
            f"--allow {text!r} is not understood ({error}): "
            "give a host, *.host, an IP address or a network, without http:// or a path"
        ) from error


def _network(entry: str) -> Grant | None:
    """`10.0.0.0/8`, `::1` and `fd00::/8`: forms only an address has."""
    if "/" not in entry and entry.count(":") < 2:
        return None
    if entry.startswith("[") and "/" not in entry:
        return None
    try:
        network = ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError as error:
        raise HostError(f"{entry} is not an address or network") from error
    if network.prefixlen == 0:
        raise HostError("that would allow every address")
    return _granting(network, None)


def _host(entry: str) -> Grant:
    subdomains = entry.startswith("*.")
    written, port = split_port(entry.removeprefix("*."), 0)
    if "*" in written:
        raise HostError("a * can only stand for the leftmost labels")
    host = canonical_host(written)
    if (address := address_of(host)) is not None:
        if subdomains:
            raise HostError("an address has no subdomains")
        return _granting(ipaddress.ip_network(address), port or None)
    if subdomains and is_public_suffix(host):
        raise HostError(f"*.{host} would allow everyone's sites under {host}")
    return Grant(host=host, subdomains=subdomains, port=port or None)


def _granting(network: Network, port: int | None) -> Grant:
    """A single wrapped address is granted as the address it stands for."""
    if network.num_addresses == 1:
        network = ipaddress.ip_network(effective(network.network_address))
    return Grant(network=network, port=port)
