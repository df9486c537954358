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
    Head,
    Length,
    body_of,
    forwarded,
    parse_head,
    upgrade_of,
)


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """One request of a browser to its proxy.

    `message` is the head to send to the host, empty for a tunnel (CONNECT); `body` tells how far
    the body reaches; `upgrade` whether another protocol may follow the answer.
    """

    host: str
    port: int
    message: bytes
    body: Body
    tunnel: bool = False
    upgrade: bool = False
    wants_body: bool = True
    keep_alive: bool = True

    @property
    def target(self) -> tuple[str, int]:
        return self.host, self.port


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
        return ProxyRequest(host, port, b"", Length(0), tunnel=True, keep_alive=False)
    authority, path = _split(head.target)
    host, port, shown = _authority(authority, 80)
    return ProxyRequest(
        host,
        port,
        forwarded(head, path, shown),
        body_of(head),
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
