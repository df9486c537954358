"""Sites that are not open to everyone: each lets in whoever brings the right thing, and nobody else.

Real servers on the loopback. What they were asked is in `requests` of the site.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.website import Reply, Request, Route, Website

USER, PASSWORD = "kunde-7", "pa55-wörd:9"
SHOP: Mapping[str, Route] = {
    "/": '<title>Shop</title><h1>Shop</h1><a href="/mug">Red mug</a> <a href="/cup">Tea cup</a>'
    '<img src="/pot.png" alt="pot"><script src="/shop.js"></script>',
    "/mug": "<title>Mug</title><h1>Red mug</h1><p>9 EUR</p><a href='/'>Home</a>",
    "/cup": "<title>Cup</title><h1>Tea cup</h1><p>7 EUR</p><a href='/'>Home</a>",
    "/shop.js": Reply("fetch('/stock')", content_type="text/javascript"),
    "/stock": Reply("12", content_type="text/plain"),
    "/pot.png": Reply("", status=204),
}
"""A shop of three pages that asks for a picture, a script and a number as well."""

Lets = Callable[[Request], Reply | None]
"""None lets a request in; else what it gets instead."""


def behind(lets: Lets, pages: Mapping[str, Route] = SHOP) -> dict[str, Route]:
    """The pages, for whom `lets` lets in."""

    def guarded(route: Route) -> Route:
        def answer(request: Request) -> str | bytes | Reply:
            refusal = lets(request)
            if refusal is not None:
                return refusal
            return route(request) if callable(route) else route

        return answer

    return {path: guarded(route) for path, route in pages.items()}


def basic(user: str = USER, password: str = PASSWORD) -> Lets:
    """RFC 7617."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def lets(request: Request) -> Reply | None:
        if request.headers.get("authorization") == wanted:
            return None
        return Reply("<h1>Who are you?</h1>", 401, headers={"WWW-Authenticate": 'Basic realm="s"'})

    return lets


def digest(user: str = USER, password: str = PASSWORD) -> Lets:
    """RFC 7616 with MD5 and qop=auth."""
    nonce = secrets.token_hex(8)

    def lets(request: Request) -> Reply | None:
        said = request.headers.get("authorization", "")
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', said))
        if said.startswith("Digest") and given.get("response") == _response(given, request.method):
            return None
        ask = f'Digest realm="s", nonce="{nonce}", qop="auth", algorithm=MD5'
        return Reply("<h1>Who are you?</h1>", 401, headers={"WWW-Authenticate": ask})

    def _response(given: Mapping[str, str], method: str) -> str:
        first = _md5(f"{user}:s:{password}")
        second = _md5(f"{method}:{given['uri']}")
        return _md5(f"{first}:{nonce}:{given['nc']}:{given['cnonce']}:auth:{second}")

    return lets


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def header(name: str, value: str) -> Lets:
    """As a company's gate asks for a service's token."""

    def lets(request: Request) -> Reply | None:
        right = request.headers.get(name.lower()) == value
        return None if right else Reply("<h1>Forbidden</h1>", status=403)

    return lets


def cookie(name: str, value: str) -> Lets:
    def lets(request: Request) -> Reply | None:
        right = f"{name}={value}" in request.headers.get("cookie", "").split("; ")
        return None if right else Reply("<h1>Forbidden</h1>", status=403)

    return lets


FORM = """<title>Log in</title><h1>Log in</h1><form method="post" action="/login">
<label>User <input name="user"></label><label>Password <input name="pw" type="password"></label>
%s<button>Log in</button></form>"""
CODE = '<label>One-time code <input name="code" inputmode="numeric"></label>'


@dataclass
class Members:
    """A site with a form to log in. A session lasts for `lasts` pages; with `code`, what it gives is
    asked for as well, and taken once only. `logins` counts those who got in, `failed` the others."""

    user: str = USER
    password: str = PASSWORD
    lasts: int = 10_000
    code: Callable[[], str] | None = None
    logins: int = 0
    failed: int = 0
    left: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pages(self, shop: Mapping[str, Route] = SHOP) -> dict[str, Route]:
        account = f"<h1>Orders</h1><p>Order 1042</p><p>Signed in as {self.user}</p>"
        inner = behind(self._lets, {**shop, "/account": account})
        return {**inner, "/login": self._login}

    def _lets(self, request: Request) -> Reply | None:
        found = re.search(r"\bmember=(\w+)", request.headers.get("cookie", ""))
        name = found[1] if found else ""
        page = request.path in ("/", "/mug", "/cup", "/account")
        with self.lock:
            left = self.left.get(name, 0)
            if left <= 0:
                return Reply("", 302, headers={"Location": "/login"})
            self.left[name] = left - page
        return None

    def _login(self, request: Request) -> Reply:
        form = FORM % (CODE if self.code else "")
        if request.method != "POST":
            return Reply(form)
        told = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        with self.lock:
            right = (told.get("user"), told.get("pw")) == (self.user, self.password)
            if self.code is not None:
                code = told.get("code", "")
                right = right and code == self.code() and code not in self.used
                self.used.add(code)
            if not right:
                self.failed += 1
                return Reply(f"<p>Wrong.</p>{form}")
            self.logins += 1
            name = secrets.token_hex(12)
            self.left[name] = self.lasts
        away = {"Location": "/", "Set-Cookie": f"member={name}; Path=/; HttpOnly; Max-Age=3600"}
        return Reply("", 303, headers=away)


@dataclass
class ForwardProxy:
    """A company's proxy: takes requests and tunnels from whoever gives the right name and password,
    to anywhere; `names` are hosts that it knows and nobody else does."""

    user: str = ""
    password: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    port: int = 0

    def serve(self, client: socket.socket) -> None:
        with client:
            head = _head(client)
            if not head:
                return
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
            written = dict(line.split(": ", 1) for line in lines if ": " in line)
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            told = next((v for k, v in written.items() if k.lower() == "proxy-authorization"), "")
            if self.user and told != f"Basic {pair}":
                self.refused += 1
                client.sendall(
                    b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
                )
                return
            self.asked.append(f"{method} {target}")
            place = target if method == "CONNECT" else target.split("/")[2]
            host, _, port = place.partition(":")
            with socket.create_connection((self.names.get(host, host), int(port or 80))) as site:
                if method == "CONNECT":
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    path = "/" + target.split("/", 3)[3]
                    kept = [
                        line
                        for line in lines
                        if not line.lower().startswith(("proxy-", "connection"))
                    ]
                    body = b""
                    if size := int(fields.get("content-length", 0)):
                        body = client.recv(size)
                    sent = "\r\n".join(
                        [f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
                    )
                    site.sendall(sent.encode("latin-1") + body)
                _both_ways(client, site)


def _head(client: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        piece = client.recv(1)
        if not piece:
            return b""
        data += piece
    return data[:-4]


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    there = threading.Thread(target=pump, args=(one, other), daemon=True)
    there.start()
    pump(other, one)


@contextmanager
def forward_proxy(proxy: ForwardProxy) -> Iterator[ForwardProxy]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy.port = server.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=proxy.serve, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield proxy


class SecureSite(Website):
    """A web site in TLS."""

    def __init__(self, pages: Mapping[str, Route], context: ssl.SSLContext) -> None:
        super().__init__(pages)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"
