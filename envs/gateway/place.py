"""A place on the web that something is meant for: a host, or all under one, at given ports.

Credentials, headers and certificates are given to places, and go nowhere else.
"""

from __future__ import annotations

import msgspec

from envs.gateway.grants import parse_grant
from envs.gateway.host_names import HostError, bracketed, canonical_host, split_port
from envs.gateway.rules import WEB_PORTS, Target

_SECURE = WEB_PORTS["https"]
_PLAIN = WEB_PORTS["http"]


class Place(msgspec.Struct, frozen=True):
    """Canonical `host`, with `subdomains` all under it too, at any of `ports`."""

    host: str
    ports: tuple[int, ...]
    subdomains: bool = False

    def covers(self, host: str, port: int) -> bool:
        """Whether canonical `host` at `port` is meant."""
        under = self.subdomains and host.endswith("." + self.host)
        return port in self.ports and (host == self.host or under)

    @property
    def origins(self) -> tuple[str, ...]:
        """As browsers write them; ``*`` stands for what is under the host."""
        shown = f"*.{self.host}" if self.subdomains else bracketed(self.host)
        return tuple(
            f"{scheme}://{shown}" if port == usual else f"{scheme}://{shown}:{port}"
            for port in self.ports
            for scheme, usual in WEB_PORTS.items()
            if port == usual or port not in (_SECURE, _PLAIN)
        )

    def __str__(self) -> str:
        shown = f"*.{self.host}" if self.subdomains else bracketed(self.host)
        usual = set(self.ports) <= {_SECURE, _PLAIN}
        return shown if usual else f"{shown}:{self.ports[0]}"


def place_of(target: Target) -> Place:
    """The place that an address leads to. One of plain http may turn to https, never back."""
    ports = (_PLAIN, _SECURE) if target.port == _PLAIN else (target.port,)
    return Place(target.host, ports)


def parse_place(text: str) -> Place:
    """Read ``HOST``, meant with the usual ports of the web, ``HOST:PORT`` or ``*.HOST``.

    Raises:
        HostError: it is no host.
    """
    entry = text.strip()
    written, port = split_port(entry.removeprefix("*."), 0)
    if entry.startswith("*."):
        parse_grant(entry)  # refuses what would be everybody's
    ports = (port,) if port else (_SECURE, _PLAIN)
    if not written or "*" in written:
        raise HostError("a * can only stand for the leftmost labels, as in *.shop.example")
    return Place(canonical_host(written), ports, entry.startswith("*."))
