"""A proxy request: where it wants to go, and the bytes to send there.

Knows the syntax of HTTP and of hosts, not whether a request is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from envs.gateway.host_names import HostError, bracketed, canonical_host, split_port
from envs.gateway.http1 import (
    BadRequest,
    Body,
    Fields,
    Head,
    Length,
    body_of,
    forwarded,
    parse_head,
    upgrade_of,
)


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """One request of a browser to its proxy, or to a host that the proxy opens.

    `head` is what was read, None for a tunnel (CONNECT); `path` and `shown`, the host as it stands
    in a Host header, go with it. `body` tells how far the body reaches; `upgrade` whether another
    protocol may follow the answer.
    """

    host: str
    port: int
    body: Body
    head: Head | None = None
    path: bytes = b""
    shown: bytes = b""
    tunnel: bool = False
    upgrade: bool = False
    wants_body: bool = True
    keep_alive: bool = True

    @property
    def target(self) -> tuple[str, int]:
        return self.host, self.port

    @property
    def message(self) -> bytes:
        """The head to send to the host, empty for a tunnel."""
        return self.with_fields(())

    def with_fields(self, added: Fields, *, by_proxy: bool = False) -> bytes:
        """The same with the fields `added`; `by_proxy` in the form in which a proxy takes it."""
        if self.head is None:
            return b""
        path = b"http://" + self.shown + self.path if by_proxy else self.path
        return forwarded(self.head, path, self.shown, added)


def read_request(raw: bytes) -> ProxyRequest:
    """Read a request's head, given without its final empty line.

    Raises:
        BadRequest: not one unmistakable request to a proxy.
    """
    head = parse_head(raw)
    if head.method == b"CONNECT":
        host, port, _ = _authority(head.target, 0)
        if not body_of(head).done:
            raise BadRequest("CONNECT has no body")
        return ProxyRequest(host, port, Length(0), tunnel=True, keep_alive=False)
    authority, path = _split(head.target)
    host, port, shown = _authority(authority, 80)
    return _request(head, host, port, path, shown)


def read_request_within(raw: bytes, host: str, port: int) -> ProxyRequest:
    """As `read_request`, of what a browser sends through a tunnel to `host` that was opened: it is
    for that host, whatever it says.

    Raises:
        BadRequest: not one unmistakable request to a host.
    """
    head = parse_head(raw)
    if not head.target.startswith(b"/"):
        raise BadRequest("this is a host: it takes requests for its own paths only")
    shown = bracketed(host) if port == 443 else f"{bracketed(host)}:{port}"
    return _request(head, host, port, head.target, shown.encode())


def _request(head: Head, host: str, port: int, path: bytes, shown: bytes) -> ProxyRequest:
    return ProxyRequest(
        host,
        port,
        body_of(head),
        head,
        path,
        shown,
        upgrade=bool(upgrade_of(head)),
        wants_body=head.method != b"HEAD",
        keep_alive=_keeps_alive(head),
    )


def _split(target: bytes) -> tuple[bytes, bytes]:
    """Authority and path of an ``http://`` request target."""
    if target[:7].lower() != b"http://":
        raise BadRequest("this is a proxy: it takes http:// requests and CONNECT only")
    if b"\\" in target or b"#" in target:
        raise BadRequest("the request's address is ambiguous")
    authority, _, path = target[7:].partition(b"/")
    if b"?" not in authority:
        return authority, b"/" + path
    authority, _, query = target[7:].partition(b"?")
    return authority, b"/?" + query


@lru_cache(maxsize=4096)
def _authority(text: bytes, usual: int) -> tuple[str, int, bytes]:
    """Canonical host, port, and both as they stand in a Host header; `usual` 0 asks for a port."""
    try:
        written, port = split_port(text.decode(), usual)
        host = canonical_host(written)
    except (HostError, UnicodeDecodeError) as error:
        raise BadRequest(str(error)) from error
    if not port:
        raise BadRequest("CONNECT needs a port")
    shown = bracketed(host) if port == usual else f"{bracketed(host)}:{port}"
    return host, port, shown.encode()


def _keeps_alive(head: Head) -> bool:
    return head.minor == b"1" and b"close" not in head.connection()
