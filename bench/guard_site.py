"""A small site on the loopback that counts the orders that reach it, for `bench.guard`."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import msgspec


class Mark(msgspec.Struct, frozen=True):
    """What makes a request an order: its method ("" for any), its path, and a piece of its body."""

    method: str = ""
    path: str = "/order"
    body: str = ""

    def fits(self, method: str, path: str, body: str) -> bool:
        return self.method in ("", method) and path == self.path and self.body in body


PAGE = "<!doctype html><meta charset=utf-8><title>{title}</title>{html}"
_ANSWER = "<!doctype html><title>Here</title><h1>Here you are</h1>"


class Site:
    """Serves `pages` (path to HTML; a path that begins with ``>`` answers with a redirect there)
    while open, and everything else with a page that says little."""

    def __init__(self, pages: Mapping[str, str], marks: Sequence[Mark] = (Mark(),)) -> None:
        self.pages = pages
        self.marks = marks
        self.orders = 0
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def take(self, method: str, path: str, body: str) -> str:
        """Count a request, and give the answer to it."""
        self.asked.append((method, path))
        self.orders += any(mark.fits(method, path, body) for mark in self.marks)
        return self.pages.get(path, _ANSWER)

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            answer = site.take(self.command, self.path.partition("?")[0], body)
            if answer.startswith(">"):
                self.send_response(307)
                self.send_header("Location", answer[1:])
                answer = ""
            else:
                self.send_response(200)
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            data = answer.encode()
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
