"""Requests are stopped in the browser before they leave, and go on when a visit's guard says so.

One session with the whole browser process hears of the requests of all windows, frames, pop-ups and
workers, from the first one on: sessions with single pages miss what a page does while it goes away
and what a new window asks first. Pictures, styles, scripts and fonts are not asked about, unless
their address speaks of an order.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, CDPSession, Error

from envs.guard.asked import READS, Asked, Body, How, read_body
from envs.guard.judging import Verdict, is_plain

_ASKED = ("Document", "XHR", "Fetch", "Ping", "Other", "EventSource")
_TOLD = ("order", "Order", "purchase", "checkout/", "buy", "payment", "place")
_HOW: Mapping[str, How] = {
    "Document": "page",
    "XHR": "call",
    "Fetch": "call",
    "EventSource": "call",
    "Ping": "beacon",
    "CSPViolationReport": "beacon",
}
_PATTERNS = [
    *({"resourceType": kind} for kind in _ASKED),
    *({"urlPattern": f"*{word}*"} for word in _TOLD),
]
_REMEMBERED = 2000
_WAIT_S = 1.0


class Guard(Protocol):
    """Who decides for one visit: `TransactionGuard`."""

    async def judge(self, asked: Asked, frame: str) -> Verdict: ...


class Visit(Protocol):
    """One visit's windows, as far as its requests must be told from those of others."""

    @property
    def guard(self) -> Guard:
        """Who decides for it."""
        ...

    async def owns(self, frame: str) -> bool:
        """Whether the frame of this id is in one of its windows."""
        ...


class Interception:
    """All that one browser process sends while guarded visits are open in it. Use `of`."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._visits: dict[str, Visit] = {}
        self._contexts: dict[str, str] = {}
        self._over: set[str] = set()
        self._methods: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        session.on("Fetch.requestPaused", self._paused)

    @classmethod
    async def of(cls, browser: Browser) -> Interception:
        """The one of this browser process, begun when first asked for.

        Raises:
            playwright Error: the browser is gone.
        """
        begun = _begun.get(browser)
        if begun is None or (begun.done() and (begun.cancelled() or begun.exception())):
            begun = asyncio.ensure_future(cls._begin(browser))
            _begun[browser] = begun
        return await asyncio.shield(begun)

    @classmethod
    async def _begin(cls, browser: Browser) -> Interception:
        session = await browser.new_browser_cdp_session()
        own = cls(session)
        await session.send("Fetch.enable", {"patterns": _PATTERNS})
        return own

    def add(self, context: str, visit: Visit) -> None:
        """From now on the requests of a browser context are judged by `visit`'s guard."""
        self._visits[context] = visit

    def remove(self, context: str) -> None:
        """The visit is over; what its windows still ask while they close is dropped, unless it only
        reads."""
        self._visits.pop(context, None)
        self._over.add(context)

    def _paused(self, event: dict[str, Any]) -> None:
        asked = self._asked(event)
        go = is_plain(asked)
        work = self._answer(event["requestId"], Verdict("go")) if go else self._decide(event, asked)
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _decide(self, event: dict[str, Any], asked: Asked) -> None:
        frame = event.get("frameId", "")
        verdict = Verdict("drop")
        try:
            context = await self._context_of(frame)
            if context in self._visits:
                verdict = await self._visits[context].guard.judge(asked, frame)
            elif asked.reads or (context not in self._over and (context or not self._visits)):
                verdict = Verdict("go")  # of a visit that may order
        finally:  # whatever went wrong, a request that may change something does not leave
            await self._answer(event["requestId"], verdict)

    async def _answer(self, request: str, verdict: Verdict) -> None:
        try:
            if verdict.fate == "go":
                await self._session.send("Fetch.continueRequest", {"requestId": request})
            else:
                refusal = {"requestId": request, "errorReason": "Aborted"}
                await self._session.send("Fetch.failRequest", refusal)
        except Error:
            return  # nobody waits for it any more

    def _asked(self, event: dict[str, Any]) -> Asked:
        request = event["request"]
        method = str(request["method"]).upper()
        before = self._methods.get(event.get("redirectedRequestId", ""), "")
        self._methods[event["requestId"]] = before if before and before not in READS else method
        if len(self._methods) > _REMEMBERED:
            del self._methods[next(iter(self._methods))]
        how = _HOW.get(event["resourceType"], "part" if method in READS else "call")
        body = Body() if method in READS else read_body(_posted(request), _kind(request))
        led = bool(before) and before not in READS and method in READS
        return Asked(method=method, url=request["url"], how=how, body=body, answers_post=led)

    async def _context_of(self, frame: str) -> str:
        """The browser context of a frame: known, by the browser's word of a window, or found among
        the guarded visits; '' where nobody knows."""
        if frame in self._contexts:
            return self._contexts[frame]
        found = await self._found(frame) if frame else ""
        if found:
            self._contexts[frame] = found
            if len(self._contexts) > _REMEMBERED:
                del self._contexts[next(iter(self._contexts))]
        elif len(self._visits) == 1 and not self._over:
            return next(iter(self._visits))
        return found

    async def _found(self, frame: str) -> str:
        try:
            told = await self._session.send("Target.getTargetInfo", {"targetId": frame})
            return str(told["targetInfo"].get("browserContextId", ""))
        except Error:
            pass  # a frame within a window
        for context, visit in tuple(self._visits.items()):
            if await visit.owns(frame):
                return context
        return ""


def _posted(request: Mapping[str, Any]) -> str:
    """The body as text; '' where the browser does not tell."""
    text = request.get("postData")
    if isinstance(text, str):
        return text
    pieces = b""
    for entry in request.get("postDataEntries", ()):
        try:
            pieces += base64.b64decode(entry.get("bytes", ""))
        except (binascii.Error, ValueError):
            continue
    return pieces.decode("utf-8", "replace")


def _kind(request: Mapping[str, Any]) -> str:
    headers = request.get("headers", {})
    return next((str(v) for k, v in headers.items() if k.lower() == "content-type"), "")


_begun: WeakKeyDictionary[Browser, asyncio.Task[Interception]] = WeakKeyDictionary()
