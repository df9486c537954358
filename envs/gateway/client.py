"""The browser's end of a connection through the gateway.

Requests are read and judged one by one; answers stream back as they come, unread. A browser's
connection and the host's behind it live and die together: what a host does to its end (a close, a
reset) the browser sees on its own, so that its retries and the names of its errors are those it
would have without a gateway.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from typing import TYPE_CHECKING, Literal

from envs.gateway.dialer import ConnectFailed, Forbidden, How
from envs.gateway.error_pages import ESTABLISHED, Kind, answer
from envs.gateway.http1 import MAX_HEAD, BadRequest, Body
from envs.gateway.proxy_dial import refusal
from envs.gateway.requests import ProxyRequest, read_request, read_request_within
from envs.gateway.upstream import Host

if TYPE_CHECKING:
    from envs.gateway.gateway import Gateway

MAX_PENDING = 64 * 1024
"""Bytes taken from the browser while there is no host to send them to."""
_ASKS_WHO = re.compile(rb"HTTP/1\.[01] 407 ")
_RESET = struct.pack("ii", 1, 0)  # linger on, for 0 seconds: closing sends a reset

State = Literal["idle", "head", "answer", "opening", "half", "tunnel"]


class Client(asyncio.Protocol):
    """One connection from a browser, and the `host` it leads to at the moment."""

    def __init__(self, gateway: Gateway) -> None:
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # set when connected
        self.touched = gateway.now()
        self._gateway = gateway
        self._host: Host | None = None
        self._target: tuple[str, int] | None = None
        self._mode: Literal["http", "upgrade", "tunnel"] = "http"
        self._within: tuple[str, int] | None = None  # the host whose TLS the gateway opened
        self._pending = b""
        self._body: Body | None = None  # of the request under way, while some is to come
        self._last = False  # the request under way announced that none follows
        self._waiting = False  # a request was sent and no byte of its answer has come
        self._status = b""  # the beginning of the answer to a request to upgrade
        self._opening: asyncio.Task[None] | None = None
        self._securing: asyncio.Transport | None = None  # the bare connection, until TLS stands
        self._ended = False  # the browser sends no more

    @property
    def state(self) -> State:
        """What this connection waits for, which decides how long it may."""
        if self._opening is not None:
            return "opening"
        if self._mode == "tunnel":
            return "half" if self._ended or (self._host and self._host.finished) else "tunnel"
        if self._waiting:
            return "answer"
        return "head" if self._pending else "idle"

    @property
    def target(self) -> tuple[str, int] | None:
        """Host and port it leads to."""
        return self._target

    # --- events of the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._gateway.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._gateway.left(self)
        if self._opening is not None:
            self._opening.cancel()
        if self._host is not None:
            self._host.close(broken=exc is not None)

    def data_received(self, data: bytes) -> None:
        self.touched = self._gateway.now()
        if self._mode == "tunnel" and self._host is not None:
            self._host.transport.write(data)
            return
        self._pending = self._pending + data if self._pending else data
        if self._opening is None:
            self._advance()
        elif len(self._pending) > MAX_PENDING and self._securing is None:
            self.transport.pause_reading()

    def eof_received(self) -> bool:
        """The browser sends no more; a tunnel or an answer under way may still finish."""
        self._ended = True
        if self._host is None:
            return self._opening is not None
        if (self._mode == "tunnel" and not self._host.finished) or self._waiting:
            self._host.finish()
            return self._within is None  # TLS ends in both directions at once
        return False

    def pause_writing(self) -> None:
        if self._host is not None:
            self._host.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._host is not None:
            self._host.transport.resume_reading()

    # --- requests

    def _advance(self) -> None:
        """Work through what the browser has sent, until more is needed."""
        try:
            while self._pending and self._opening is None and not self.transport.is_closing():
                if not self._take():
                    return
        except BadRequest as error:
            self._fail("bad request", str(error), None)

    def _take(self) -> bool:
        """Take the next piece of what is pending; False when it cannot be taken yet."""
        if self._body is not None:
            self._pass(self._body.take(self._pending))
            self._body = None if self._body.done else self._body
            return True
        if self._mode == "tunnel":
            self._pass(len(self._pending))
            return True
        if self._last and self._mode == "http":
            self._pending = b""  # who announced the last request is not heard again (RFC 9112, 9.6)
            return False
        end = self._pending.find(b"\r\n\r\n")
        if self._mode == "upgrade" or (end < 0 and len(self._pending) <= MAX_HEAD):
            return False
        if not 0 <= end <= MAX_HEAD:
            raise BadRequest(f"the head is longer than {MAX_HEAD // 1024} KiB")
        raw, self._pending = self._pending[:end], self._pending[end + 4 :]
        self._begin(self._read(raw))
        return True

    def _read(self, raw: bytes) -> ProxyRequest:
        within = self._within
        return read_request(raw) if within is None else read_request_within(raw, *within)

    def _pass(self, size: int) -> None:
        assert self._host is not None
        self._host.transport.write(self._pending[:size])
        self._pending = self._pending[size:]

    def _begin(self, request: ProxyRequest) -> None:
        """Have a request judged, and send it over the connection there is or a new one."""
        kind, reason, wait = self._gateway.judge(request.host, request.port)
        if kind is not None:
            self._fail(kind, reason, request)
        elif self._host is not None and not (wait or request.tunnel) and self._leads_to(request):
            self._send(request)
        elif self._waiting:
            self._reset()  # pipelined to another host: no browser does that
        elif request.tunnel and self._gateway.passes.opens(*request.target):
            self._opening = self._gateway.spawn(self._secure(request))
        else:
            self._opening = self._gateway.spawn(self._open(request, wait))

    def _leads_to(self, request: ProxyRequest) -> bool:
        return self._target == request.target

    async def _secure(self, request: ProxyRequest) -> None:
        """Speak TLS with the browser in the host's stead; what it asks for within goes on as any
        request does, over connections of the gateway's own."""
        self._securing = self.transport
        self.transport.write(ESTABLISHED)
        try:
            secure = await asyncio.get_running_loop().start_tls(
                self.transport,
                self,
                self._gateway.tls.towards_browser(request.host),
                server_side=True,
            )
            assert secure is not None
        except (OSError, AssertionError):
            self._securing.abort()
            self._gateway.left(self)
            return
        self.transport, self._securing = secure, None
        self._within, self._opening = request.target, None
        self._advance()

    async def _open(self, request: ProxyRequest, wait: float) -> None:
        """Connect to the request's host and send the request."""
        try:
            if self._host is not None:
                self._host.close()
                self._host = None
            how: How = "tls" if self._within else "tunnel" if request.tunnel else "http"
            self._host = await self._gateway.dial(request.host, request.port, wait, how)
        except (Forbidden, ConnectFailed) as error:
            self._opening = None
            kind: Kind = "refused" if isinstance(error, Forbidden) else "unreachable"
            self._fail(kind, str(error), request)
        except BaseException:
            self.transport.abort()  # whatever went wrong, nothing passes
            raise
        else:
            self._opening = None
            self._connected(self._host, request)
        self.transport.resume_reading()
        self._advance()
        if self._ended and self._host is not None:
            self._host.finish()

    def _connected(self, host: Host, request: ProxyRequest) -> None:
        self.touched = self._gateway.now()
        self._target = request.target
        if request.tunnel:
            self._mode = "tunnel"
            self.transport.write(ESTABLISHED)
        else:
            self._send(request)
        host.attach(self)

    def _send(self, request: ProxyRequest) -> None:
        assert self._host is not None
        self._waiting = True
        self._mode = "upgrade" if request.upgrade else "http"
        self._status = b""
        self._last = not request.keep_alive
        self._body = None if request.body.done else request.body
        added, proxy = self._gateway.passes.headers_for(*request.target), self._host.proxy
        if proxy is not None and proxy.authorization:
            added = (*added, (b"proxy-authorization", proxy.authorization))
        self._host.transport.write(request.with_fields(added, by_proxy=proxy is not None))

    # --- answers

    def _fail(self, kind: Kind, reason: str, request: ProxyRequest | None) -> None:
        """Answer in the host's stead; the connection goes on only if nothing can be confused."""
        if self._waiting:
            self._reset()  # an earlier answer is still due: this one would be taken for it
            return
        keep = request is not None and request.keep_alive and request.body.done and not self._ended
        self.transport.write(answer(kind, reason, keep, request is None or request.wants_body))
        if not keep:
            self._pending = b""
            self.transport.close()

    def time_out(self, reason: str) -> None:
        """Give up on the answer under way."""
        self._waiting = False
        self._fail("timeout", reason, None)

    # --- what the host's connection tells

    @property
    def tunnelled(self) -> bool:
        return self._mode == "tunnel"

    def received(self, data: bytes) -> None:
        self.touched = self._gateway.now()
        if self._waiting and self._proxy_refuses(data):
            return
        self._waiting = False
        self.transport.write(data)
        if self._mode == "upgrade":
            self._status += data[: 12 - len(self._status)]
            if len(self._status) == 12:  # "HTTP/1.1 101"
                self._mode = "tunnel" if self._status.endswith(b"101") else "http"
                self._advance()

    def _proxy_refuses(self, data: bytes) -> bool:
        """Whether this is no answer of the host's, but the proxy's, who does not know us."""
        proxy = self._host.proxy if self._host is not None else None
        if proxy is None or self._target is None or not _ASKS_WHO.match(data):
            return False
        self._unanswered(refusal(proxy, 407))
        return True

    def _unanswered(self, reason: str) -> None:
        """What was asked for will not be answered by the host."""
        assert self._target is not None
        self._waiting = False
        self._gateway.unanswered(*self._target, reason)
        self._fail("unreachable", reason, None)

    def host_finished(self) -> None:
        self.touched = self._gateway.now()
        both = self._mode == "tunnel" and not self._ended and self.transport.can_write_eof()
        if both and not self.transport.is_closing():
            self.transport.write_eof()
        else:
            self.transport.close()

    def host_lost(self, broken: bool, why: str = "") -> None:
        if why and self._waiting and self._target is not None:
            self._unanswered(f"{self._target[0]} {why}")
        elif broken:
            self._reset()
        else:
            self.transport.close()

    def _reset(self) -> None:
        link = self.transport.get_extra_info("socket")
        if link is not None and not self.transport.is_closing():
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()
