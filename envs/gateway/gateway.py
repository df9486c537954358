"""The gateway: a forward proxy in the run's own process, through which its browsers reach the web.

It lets through what the run's rules allow and nothing else, at network level, where redirects,
frames, pop-ups, WebSockets and beacons cannot go around it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from envs.gateway.client import Client
from envs.gateway.dialer import ConnectFailed, Dialer, Forbidden, How, Resolver, system_resolver
from envs.gateway.error_pages import Kind
from envs.gateway.flags import PROXY_HOST
from envs.gateway.host_names import HostError, address_of, canonical_host, is_loopback_name, nature
from envs.gateway.limits import GatewayLimits, RequestPacer
from envs.gateway.passes import NOTHING, Passes
from envs.gateway.rules import WEB_PORTS, SiteRules
from envs.gateway.tls import OpenedTls
from envs.gateway.upstream import Host

_SWEEP = 1.0
_REMEMBERED = 1000


@dataclass(frozen=True)
class FailedRequest:
    """A request that did not get through, and why."""

    kind: Kind
    host: str
    port: int
    reason: str


class Gateway:
    """An HTTP proxy on 127.0.0.1, open between ``async with`` and its end.

    `refused` counts the requests the rules turned away, by host. `resolver` gives the addresses of
    names; `passes` is what is carried beside the requests.
    """

    def __init__(
        self,
        rules: SiteRules,
        limits: GatewayLimits | None = None,
        *,
        resolver: Resolver = system_resolver,
        passes: Passes = NOTHING,
    ) -> None:
        self.rules = rules
        self.limits = limits or GatewayLimits()
        self.refused: Counter[str] = Counter()
        self.passes = passes
        self.tls = OpenedTls(passes)
        self._dialer = Dialer(rules, self.limits, resolver, passes, self.tls)
        self._turns = RequestPacer(self.limits.rate, self.limits.burst)
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(self.limits.per_host)
        )
        self._clients: set[Client] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._troubles: dict[tuple[str, int], FailedRequest] = {}
        self._server: asyncio.Server | None = None
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time
        self._refusal = lru_cache(maxsize=4096)(rules.refuse_host)

    async def __aenter__(self) -> Gateway:
        self._server = await self._loop.create_server(lambda: Client(self), "127.0.0.1", 0)
        self.spawn(self._sweep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1; only while open."""
        assert self._server is not None, "the gateway is not open"
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """The proxy's address, for any client."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def proxy(self) -> str:
        """The proxy's address for a browser that was started with `chromium_flags`."""
        return f"http://{PROXY_HOST}:{self.port}"

    def explain(self, url: str) -> FailedRequest | None:
        """Why the last connection to the host of `url` failed; None if it did not."""
        parts = urlsplit(url)
        try:
            host = canonical_host(parts.hostname or "")
            port = parts.port or WEB_PORTS.get(parts.scheme, 0)
        except (HostError, ValueError):
            return None
        return self._troubles.get((host, port))

    async def close(self) -> None:
        """Stop, closing every connection."""
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for client in tuple(self._clients):
            client.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while self._clients:
            await asyncio.sleep(0)
        await self._server.wait_closed()
        self._server = None

    # --- for connections

    def joined(self, client: Client) -> None:
        if len(self._clients) >= self.limits.clients:
            client.transport.abort()
        self._clients.add(client)

    def left(self, client: Client) -> None:
        self._clients.discard(client)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def judge(self, host: str, port: int) -> tuple[Kind | None, str, float]:
        """What stands in a request's way, or None; why; and the seconds it must wait its turn."""
        if reason := self._refusal(host, port):
            self._note("refused", host, port, reason)
            return "refused", reason, 0.0
        wait = self._turn(host)
        if wait is None:
            reason = f"more requests to {host} than the rate limit of this run lets through"
            self._note("busy", host, port, reason)
            return "busy", reason, 0.0
        self._troubles.pop((host, port), None)
        return None, "", wait

    async def dial(self, host: str, port: int, wait: float, how: How) -> Host:
        """A connection to an allowed host, made after `wait` seconds; `how` as for `Dialer.dial`.

        Raises:
            Forbidden, ConnectFailed: see `Dialer.dial`.
        """
        await asyncio.sleep(wait)
        try:
            return await self._connected(host, port, how)
        except (Forbidden, ConnectFailed) as error:
            kind: Kind = "refused" if isinstance(error, Forbidden) else "unreachable"
            self._note(kind, host, port, str(error))
            raise

    def unanswered(self, host: str, port: int, reason: str) -> None:
        """A request was sent, and who got it does not answer it."""
        self._note("unreachable", host, port, reason)

    async def _connected(self, host: str, port: int, how: How) -> Host:
        if _is_here(host):
            return await self._dialer.dial(host, port, how)
        slots = self._slots[host]
        try:
            async with asyncio.timeout(self.limits.longest_wait):
                await slots.acquire()
        except TimeoutError as error:
            reason = f"all {self.limits.per_host} connections to {host} are in use"
            raise ConnectFailed(reason) from error
        try:
            connection = await self._dialer.dial(host, port, how)
        except BaseException:
            slots.release()
            raise
        connection.ended.add_done_callback(lambda _: slots.release())
        return connection

    def _turn(self, host: str) -> float | None:
        if _is_here(host):
            return 0.0
        return self._turns.wait(host, self.now(), self.limits.longest_wait)

    def _note(self, kind: Kind, host: str, port: int, reason: str) -> None:
        trouble = FailedRequest(kind, host, port, reason)
        if kind == "refused":
            self.refused[host] += 1
        self._troubles[host, port] = trouble
        if len(self._troubles) > _REMEMBERED:
            del self._troubles[next(iter(self._troubles))]

    # --- deadlines

    async def _sweep(self) -> None:
        """Close what has been silent for too long; one timer for all connections."""
        limits = self.limits
        allowed = {
            "idle": limits.idle,
            "head": limits.head,
            "answer": limits.first_byte,
            "tunnel": limits.tunnel,
            "half": limits.half_closed,
        }
        while True:
            await asyncio.sleep(_SWEEP)
            now = self.now()
            for client in tuple(self._clients):
                patience = allowed.get(client.state)
                if patience is not None and now - client.touched > patience:
                    self._give_up(client, patience)

    def _give_up(self, client: Client, patience: float) -> None:
        if client.state != "answer":
            client.transport.abort()
            return
        host, port = client.target or ("", 0)
        reason = f"{host} did not answer within {patience:g} seconds"
        self._note("timeout", host, port, reason)
        client.time_out(reason)


@lru_cache(maxsize=4096)
def _is_here(host: str) -> bool:
    """Whether `host` is this machine by its very spelling."""
    address = address_of(host)
    return is_loopback_name(host) or (address is not None and nature(address) == "loopback")
