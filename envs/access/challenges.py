"""Answering what a server asks before it shows anything: user name and password of HTTP
authentication (RFC 7617, RFC 7616), each given to its own place only, and only once.

The browser does the arithmetic of Basic and Digest. One session with its process hears of the
questions in all windows, frames and workers; visits' own sessions miss what a new window asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, CDPSession, Error

from envs.access.access import Credentials
from envs.gateway.host_names import HostError, canonical_host
from envs.gateway.rules import WEB_PORTS

_REMEMBERED = 5000


class Challenges:
    """Answers for one browser process. Use `answer`."""

    def __init__(self, session: CDPSession, credentials: Sequence[Credentials]) -> None:
        self._session = session
        self._credentials = credentials
        self._answered: dict[str, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        session.on("Fetch.requestPaused", self._paused)
        session.on("Fetch.authRequired", self._asked)

    async def begin(self) -> None:
        """Listen; only what goes to the places concerned is stopped, for a moment."""
        origins = dict.fromkeys(o for one in self._credentials for o in one.place.origins)
        patterns = [{"urlPattern": f"{origin}/*"} for origin in origins]
        settings = {"patterns": patterns, "handleAuthRequests": True}
        await self._session.send("Fetch.enable", settings)

    def _paused(self, event: dict[str, Any]) -> None:
        self._send("Fetch.continueRequest", {"requestId": event["requestId"]})

    def _asked(self, event: dict[str, Any]) -> None:
        request, challenge = event["requestId"], event["authChallenge"]
        known = self._known(challenge)
        answer = {"response": "CancelAuth"}
        if known is not None and request not in self._answered:
            self._remember(request)
            answer = {
                "response": "ProvideCredentials",
                "username": known.user,
                "password": known.password,
            }
        told = {"requestId": request, "authChallengeResponse": answer}
        self._send("Fetch.continueWithAuth", told)

    def _known(self, challenge: dict[str, Any]) -> Credentials | None:
        """What to say to who asks; a proxy is never told what is meant for a host."""
        if challenge.get("source") == "Proxy":
            return None
        try:
            parts = urlsplit(challenge["origin"])
            host = canonical_host(parts.hostname or "")
            port = parts.port or WEB_PORTS.get(parts.scheme, 0)
        except (HostError, ValueError):
            return None
        return next((c for c in self._credentials if c.place.covers(host, port)), None)

    def _remember(self, request: str) -> None:
        """Asked again for the same request, they were wrong: giving them twice helps nobody."""
        self._answered[request] = None
        if len(self._answered) > _REMEMBERED:
            del self._answered[next(iter(self._answered))]

    def _send(self, method: str, parameters: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._sent(method, parameters))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sent(self, method: str, parameters: dict[str, Any]) -> None:
        try:
            await self._session.send(method, parameters)
        except Error:
            return  # nobody waits for it any more


async def answer(browser: Browser, credentials: Sequence[Credentials]) -> None:
    """From now on the questions asked in this browser process are answered; a second call changes
    nothing.

    Raises:
        playwright Error: the browser is gone.
    """
    if not credentials:
        return
    begun = _begun.get(browser)
    if begun is None or (begun.done() and (begun.cancelled() or begun.exception())):
        begun = asyncio.ensure_future(_begin(browser, credentials))
        _begun[browser] = begun
    await asyncio.shield(begun)


async def _begin(browser: Browser, credentials: Sequence[Credentials]) -> Challenges:
    listening = Challenges(await browser.new_browser_cdp_session(), credentials)
    await listening.begin()
    return listening


_begun: WeakKeyDictionary[Browser, asyncio.Task[Challenges]] = WeakKeyDictionary()
