"""A small web site for tests: hand-written pages behind a real HTTP server on the loopback.

Each reply's status, headers, delay and even its exact bytes can be chosen, so that every fault a
page can have can be served.
"""

from __future__ import annotations

import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What the site was asked. `path` has no query; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer.

    `delay` seconds pass before anything is sent. With `endless` the body is sent and the
    connection then stays open, so the page never finishes loading. `raw`, when given, is written
    to the socket as it is, instead of HTTP, and the connection is closed.
    """

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    endless: bool = False
    raw: bytes | None = None


Route = str | bytes | Reply | Callable[[Request], "str | bytes | Reply"]
"""A page's HTML, a reply, or a function that makes either from the request."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news: browsers that are killed do."""
        if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Website:
    """Serves `pages` (path to route) until closed; path ``*`` answers what no other path does."""

    def __init__(self, pages: Mapping[str, Route]) -> None:
        self.pages = dict(pages)
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    def reply(self, request: Request) -> Reply:
        route = self.pages.get(request.path, self.pages.get("*"))
        if route is None:
            return Reply("<h1>Not found</h1>", status=404)
        made = route(request) if callable(route) else route
        return made if isinstance(made, Reply) else Reply(made)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Website:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _handler(site: Website) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            request = self._request()
            site.requests.append(request)
            reply = site.reply(request)
            if site.closing.wait(reply.delay):
                return
            try:
                self._send(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = answer

        def _request(self) -> Request:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            return Request(
                method=self.command,
                path=parts.path,
                query=parse_qs(parts.query),
                headers=headers,
                body=self.rfile.read(length),
            )

        def _send(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                self.close_connection = True
                return
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            headers = {"Content-Type": reply.content_type, **reply.headers}
            if reply.endless:
                headers["Connection"] = "close"
                self.close_connection = True
            elif reply.status not in (204, 304):
                headers.setdefault("Content-Length", str(len(body)))
            self.send_response(reply.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            if reply.endless:
                self.wfile.flush()
                site.closing.wait()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test's output is the test's."""

    return Handler
