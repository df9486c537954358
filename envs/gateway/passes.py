"""What the gateway carries beside the requests themselves: headers for hosts, the proxy behind it,
whom it trusts and how it proves who it is. Plain data; what is secret in it is not shown.
"""

from __future__ import annotations

import msgspec

from envs.gateway.place import Place
from envs.gateway.proxy import UpstreamProxy


class HostHeader(msgspec.Struct, frozen=True):
    """A header added to every request to `place`, in place of one of that name."""

    place: Place
    name: str
    value: str

    def __repr__(self) -> str:
        return f"HostHeader(place={str(self.place)!r}, name={self.name!r})"


class ClientCertificate(msgspec.Struct, frozen=True):
    """Shown to `place` when it asks who is there. `chain` and the unencrypted `key` are PEM;
    `file` is what it is called."""

    place: Place
    file: str
    chain: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"ClientCertificate(place={str(self.place)!r}, file={self.file!r})"


class Passes(msgspec.Struct, frozen=True, kw_only=True):
    """All of it for one run. `authorities` are certificates in PEM that are trusted beside the
    system's; `authorities_file` is what they are called. The first of `proxies` that is for a
    request carries it."""

    headers: tuple[HostHeader, ...] = ()
    certificates: tuple[ClientCertificate, ...] = ()
    authorities: str = ""
    authorities_file: str = ""
    proxies: tuple[UpstreamProxy, ...] = ()

    def headers_for(self, host: str, port: int) -> tuple[tuple[bytes, bytes], ...]:
        """Names, in lower case, and values to add to a request."""
        return tuple(
            (header.name.lower().encode(), header.value.encode())
            for header in self.headers
            if header.place.covers(host, port)
        )

    def certificate_for(self, host: str, port: int) -> ClientCertificate | None:
        return next((c for c in self.certificates if c.place.covers(host, port)), None)

    def proxy_for(self, host: str, port: int, tls: bool) -> UpstreamProxy | None:
        """The proxy that carries a request, None where it goes straight."""
        return next((proxy for proxy in self.proxies if proxy.carries(host, port, tls)), None)

    def opens(self, host: str, port: int) -> bool:
        """Whether the gateway must speak TLS with the host itself, to add what the browser could
        not: a header, a client certificate, trust in an authority of one's own."""
        return bool(
            self.authorities
            or self.headers_for(host, port)
            or self.certificate_for(host, port) is not None
        )


NOTHING = Passes()
