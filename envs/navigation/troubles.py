"""Listening for what goes wrong in one customer's pages: script errors and failed requests.

Requests to other hosts than the shop's are not told: they may be refused by us.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Request, Response, WebError

from envs.sieve import Sieve
from envs.troubles import Kind, Trouble

LONGEST = 300
"""Characters of what a script says; a page may print whole files."""
READ = 3000
"""Characters looked at: more than is told, so that no secret is cut in two."""
MOST = 20
"""Different troubles told of one step."""
_GIVEN_UP = ("net::ERR_ABORTED", "net::ERR_BLOCKED")
"""The page left, or the request was stopped on purpose: no failure."""
_RESOURCE = "Failed to load resource"
"""The browser's own line about a request, which is told as one."""


class Troubles:
    """What went wrong since it was last taken. `host` is the shop's, '' for any."""

    def __init__(self, context: BrowserContext, sieve: Sieve) -> None:
        self.host = ""
        self._sieve = sieve
        self._seen: Counter[tuple[Kind, str, str]] = Counter()
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def begin(self, url: str) -> None:
        """The visit begins at `url`."""
        self.host = _host(url)

    def take(self) -> tuple[Trouble, ...]:
        """What went wrong since the last time, in the order in which it first did."""
        found = tuple(
            Trouble(
                kind=kind,
                page=self._sieve(page)[:LONGEST],
                text=self._sieve(text)[:LONGEST],
                times=times,
            )
            for (kind, page, text), times in self._seen.items()
        )
        self._seen.clear()
        return found

    def _add(self, kind: Kind, page: str, text: str) -> None:
        """Secrets are taken out later: a page may tell one before it is known to be one."""
        key: tuple[Kind, str, str] = (kind, _bare(page), " ".join(text[:READ].split()))
        if key in self._seen or len(self._seen) < MOST:
            self._seen[key] += 1

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_RESOURCE):
            self._add("console", message.page.url if message.page else "", message.text)

    def _script(self, event: WebError) -> None:
        self._add("script", event.page.url if event.page else "", event.error.message)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and self._ours(response.url):
            self._request(response.request, f"answered {response.status}")

    def _failed(self, request: Request) -> None:
        why = request.failure or ""
        if self._ours(request.url) and not why.startswith(_GIVEN_UP):
            self._request(request, f"failed: {why.removeprefix('net::') or 'no answer'}")

    def _request(self, request: Request, what: str) -> None:
        self._add("request", _page_of(request), f"{request.method} {_bare(request.url)} {what}")

    def _ours(self, url: str) -> bool:
        host = _host(url)
        if url.endswith("/favicon.ico"):
            return False  # the browser asks by itself, and nobody sees it
        return host == self.host or host.endswith(f".{self.host}")


def _page_of(request: Request) -> str:
    """The page that asked; of a page itself, the page."""
    try:
        return request.url if request.is_navigation_request() else request.frame.page.url
    except Error:  # the frame is gone, or a service worker asked
        return request.url


def _bare(url: str) -> str:
    """An address without query and fragment, which may hold anything."""
    return url.partition("#")[0].partition("?")[0][:READ]


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
