"""How hard the gateway may press a site, and how long it waits for one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GatewayLimits:
    """Rates and caps per host (this machine's own hosts are exempt), and deadlines in seconds.

    Inside TLS a gateway sees connections, not requests: `rate` and `burst` count requests of
    plain http, and connections of https and WebSockets.
    """

    rate: float = 20.0
    """Requests a second to one host, in the long run."""
    burst: int = 100
    """Requests to one host that may come at once, a page's worth."""
    longest_wait: float = 30.0
    """A request that would have to wait longer for its turn is answered 429."""
    per_host: int = 128
    """Connections to one host at a time; more wait for a free one."""
    clients: int = 2048
    """Connections from browsers at a time."""
    connect: float = 15.0
    """To resolve a name and to connect."""
    first_byte: float = 120.0
    """Between the end of a request and the beginning of its answer."""
    head: float = 30.0
    """Of silence within a request's head."""
    idle: float = 300.0
    """Of silence on a connection without a request under way."""
    tunnel: float = 900.0
    """Of silence in a tunnel (https, WebSocket)."""
    half_closed: float = 60.0
    """Of silence in a tunnel one side of which has finished."""
    names: float = 30.0
    """For which the addresses of a name are kept."""


class RequestPacer:
    """Gives each host's requests their turns: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._pause = 1 / rate
        self._slack = burst / rate
        self._next: dict[str, float] = {}

    def wait(self, host: str, now: float, longest: float) -> float | None:
        """Seconds until the turn just taken, or None (none taken) if more than `longest`."""
        due = max(self._next.get(host, 0.0), now - self._slack + self._pause)
        delay = max(0.0, due - now)
        if delay > longest:
            return None
        self._next[host] = due + self._pause
        return delay
