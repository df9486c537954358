"""Who may speak to the app: whoever opened the address that was printed, from the app's own pages.

The server listens on the loopback only, but every page of the web that is open in the same browser
can send requests there, also by a name of its own that it lets point to this machine (DNS
rebinding). So: the `Host` must be ours; a session is a cookie that is had once, for the token in
the address; and what changes anything must come from our own pages by `Origin` and carry a word
that only they know. Nothing is ever allowed to other origins.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
STATIC = "/static/"
KEPT = "/kept/"
"""What lies in folders of runs is served below this and a key of its own, which shows it and
nothing else: a sandboxed frame sends no cookie."""


class Door:
    """The secrets of one start of the app, which listens on `port`."""

    def __init__(self, port: int, begin: str = "/") -> None:
        """`begin` is the page that opens first."""
        self.port = port
        self.begin = begin
        self.cookie = f"shopper-{port}"
        self._token: str | None = secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(32)

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(f"http://{host}" for host in self.hosts)

    @property
    def hosts(self) -> frozenset[str]:
        """What a browser may call us."""
        return frozenset({f"{LOOPBACK}:{self.port}", f"localhost:{self.port}"})

    @property
    def address(self) -> str:
        """Where the app is opened, once."""
        return f"http://{LOOPBACK}:{self.port}/?token={self._token}"

    @property
    def form_word(self) -> str:
        """What every form of ours carries."""
        return self._derived("form")

    @property
    def key(self) -> str:
        """What shows the files of runs."""
        return self._derived("kept")

    def enter(self, token: str) -> str | None:
        """The session for a token, which is used up by that; None for a wrong or a used one."""
        if self._token is None or not _same(token, self._token):
            return None
        self._token = None
        return self._session

    def knows(self, session: str) -> bool:
        return _same(session, self._session)

    def _derived(self, use: str) -> str:
        return hmac.new(self._session.encode(), use.encode(), hashlib.sha256).hexdigest()[:40]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


class Guard:
    """Lets in what may come in, as ASGI middleware, and says of every answer what it may do."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        answer = self._answer(scope)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._say(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await (answer or self._app)(scope, receive, told)

    def _answer(self, scope: Scope) -> Response | None:
        """What is said instead of what was asked for; None where it may be had."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._door.hosts:
            return PlainTextResponse("this server is known by another name", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("there is no such request here", 405)
        origin = headers.get("origin")
        if origin is not None and origin not in self._door.origins and not self._shows(scope):
            return PlainTextResponse("other sites may not ask here", 403)
        if scope["method"] == "POST" and origin is None:
            return PlainTextResponse("this request does not say where it comes from", 403)
        if headers.get("sec-fetch-site", "none") == "cross-site" and scope["method"] == "POST":
            return PlainTextResponse("other sites may not ask here", 403)
        if scope["path"].startswith(STATIC) or self._shows(scope):
            return None
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token")
        if scope["path"] == "/" and token:
            return self._entered(token[0], headers)
        return None if self._is_known(headers) else _locked()

    def _shows(self, scope: Scope) -> bool:
        """Whether a file of a run is looked at by who has the key."""
        path: str = scope["path"]
        key = path.removeprefix(KEPT).partition("/")[0]
        return path.startswith(KEPT) and scope["method"] != "POST" and _same(key, self._door.key)

    def _entered(self, token: str, headers: Headers) -> Response:
        session = self._door.enter(token)
        if session is None:
            return RedirectResponse("/", 303) if self._is_known(headers) else _locked()
        response = RedirectResponse(self._door.begin, 303)
        response.set_cookie(
            self._door.cookie, session, httponly=True, samesite="strict", path="/", max_age=None
        )
        return response

    def _is_known(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        morsel = cookies.get(self._door.cookie)
        return morsel is not None and self._door.knows(morsel.value)

    def _say(self, headers: MutableHeaders, path: str) -> None:
        headers.setdefault("Content-Security-Policy", self._policy)
        headers["X-Content-Type-Options"] = "nosniff"
        shows = path.startswith(KEPT)
        # Without any referrer a form would not say where it comes from either.
        headers["Referrer-Policy"] = "no-referrer" if shows else "same-origin"
        if not shows:  # a page in a sandbox cannot have it
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers.setdefault("Cache-Control", "no-store")

    @property
    def _policy(self) -> str:
        """Our own style and script, by their place; pictures and frames from here; no network."""
        ours = " ".join(f"{origin}{STATIC}" for origin in sorted(self._door.origins))
        return (
            f"default-src 'none'; script-src {ours}; style-src {ours}; img-src 'self' data:; "
            "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )


def _locked() -> Response:
    return PlainTextResponse(
        "This is Shopper's app, and this browser has not been let in.\n\n"
        "The address with a token that `shopper app` prints lets one browser in, once. Start it "
        "again for another address: what runs goes on running, and nothing is lost.\n",
        403,
    )
