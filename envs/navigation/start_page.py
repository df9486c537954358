"""Going to the start page, and saying in one sentence why that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Request, Response

from envs.deadline import Deadline
from envs.errors import (
    BadStatus,
    NavigatesForever,
    NotAPage,
    NotLetIn,
    PageHung,
    Refused,
    StartError,
    Unreachable,
)
from envs.navigation.tab import Tab
from envs.navigation.tabs import Tabs
from envs.options import EnvOptions

_KIND_S = 5.0
"""Seconds a document has to say what kind it is."""


class FailedRequest(Protocol):
    """What the gateway says about a request that did not get through."""

    @property
    def kind(self) -> str:
        """``refused``, ``unreachable``, ``timeout``, ..."""

    @property
    def reason(self) -> str:
        """One sentence."""


Explain = Callable[[str], FailedRequest | None]
"""Why the last connection to the host of an address failed, as only the gateway knows."""


def unexplained(_: str) -> None:
    """There is no gateway."""


_CAUSES = {
    "ERR_NAME_NOT_RESOLVED": "there is no host of that name: check the address",
    "ERR_NAME_RESOLUTION_FAILED": "the name could not be looked up: check the address",
    "ERR_CONNECTION_REFUSED": "nothing answers there: is the server running",
    "ERR_CONNECTION_RESET": "the server broke the connection off",
    "ERR_CONNECTION_CLOSED": "the server closed the connection without an answer",
    "ERR_EMPTY_RESPONSE": "the server closed the connection without an answer",
    "ERR_CONNECTION_TIMED_OUT": "the server does not answer",
    "ERR_TIMED_OUT": "the server does not answer",
    "ERR_ADDRESS_UNREACHABLE": "there is no way to that address from here",
    "ERR_INTERNET_DISCONNECTED": "this machine has no network",
    "ERR_TOO_MANY_REDIRECTS": "it redirects in circles",
    "ERR_INVALID_REDIRECT": "it redirects to an address that is none",
    "ERR_UNSAFE_REDIRECT": "it redirects to an address a page may not lead to",
    "ERR_UNSAFE_PORT": "browsers do not open that port",
    "ERR_INVALID_RESPONSE": "the answer is not HTTP",
    "ERR_INVALID_HTTP_RESPONSE": "the answer is not HTTP",
    "ERR_CONTENT_LENGTH_MISMATCH": "the answer broke off half-way",
    "ERR_INCOMPLETE_CHUNKED_ENCODING": "the answer broke off half-way",
    "ERR_SSL_CLIENT_AUTH_CERT_NEEDED": "it asks for a client certificate; --client-cert shows one",
    "ERR_BAD_SSL_CLIENT_AUTH_CERT": "it asks for a client certificate; --client-cert shows one",
    "ERR_SSL_PROTOCOL_ERROR": "there is no secure connection to it (it may only speak http)",
    "ERR_TUNNEL_CONNECTION_FAILED": "this run's rules do not allow it, or it cannot be reached",
    "ERR_PROXY_CONNECTION_FAILED": "the run's own gateway is gone",
    "ERR_BLOCKED_BY_CLIENT": "this run's rules do not allow it",
}


_UNKNOWN_AUTHORITY = "ERR_CERT_AUTHORITY_INVALID"
_PASSING = (
    "ERR_CONNECTION_RESET",
    "ERR_CONNECTION_CLOSED",
    "ERR_CONNECTION_TIMED_OUT",
    "ERR_EMPTY_RESPONSE",
    "ERR_TIMED_OUT",
    "ERR_NETWORK_CHANGED",
    "ERR_CONTENT_LENGTH_MISMATCH",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
)
"""Failures that another try may not meet."""


def cause(failure: str) -> str:
    """What a ``net::ERR_...`` means, in words; the code itself follows in brackets."""
    code = failure.split("net::", 1)[-1].split(" ")[0].strip(" .")
    if code.startswith("ERR_CERT"):
        detail = code.removeprefix("ERR_CERT_").replace("_", " ").lower()
        own = "; --ca trusts an authority of your own" if code == _UNKNOWN_AUTHORITY else ""
        return f"its TLS certificate is not valid: {detail} ({code}){own}"
    return f"{_CAUSES.get(code, 'it could not be opened')} ({code})"


def check_address(url: str) -> None:
    """Raise StartError unless `url` is an http or https address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise Refused(url, f"{url!r} is not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(
            url, f"{url!r} cannot be visited: give an address that begins with http:// or https://"
        )


async def go(
    tabs: Tabs, url: str, options: EnvOptions, deadline: Deadline, explain: Explain = unexplained
) -> None:
    """Open `url` in the current window, up to the arrival of its document.

    Raises:
        StartError: with the cause.
    """
    check_address(url)
    tab = tabs.current
    patience = min(deadline.left, options.load_s)
    with _asked(tab.page, url) as asked:
        try:
            async with tabs.clock.timeout(patience):
                response = await tab.page.goto(url, wait_until="commit", timeout=0)
        except TimeoutError:
            raise Unreachable(
                url,
                f"{url} did not answer within {patience:.0f} s: is the server running",
                passing=True,
            ) from None
        except Error as error:
            tabs.check()
            raise _explained(url, asked[-1], explain) or _failure(tabs, tab, url, error) from error
    if response is not None:
        _judge(url, response, explain, options)


@contextmanager
def _asked(page: Page, url: str) -> Iterator[list[str]]:
    """The addresses the window asked for, `url` and what it was redirected to."""
    asked = [url]

    def note(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            asked.append(request.url)

    page.on("request", note)
    try:
        yield asked
    finally:
        page.remove_listener("request", note)


def _explained(url: str, last: str, explain: Explain) -> StartError | None:
    """What the gateway knows of `last`, the address that the visit to `url` was redirected to."""
    trouble = explain(last)
    if trouble is None:
        return None
    if trouble.kind == "refused":
        return Refused(url, f"{url} may not be visited in this run: {trouble.reason}")
    passing = trouble.kind == "timeout"
    return Unreachable(url, f"{url} could not be opened: {trouble.reason}", passing)


def _failure(tabs: Tabs, tab: Tab, url: str, error: Error) -> StartError | NavigatesForever:
    text = error.message.splitlines()[0]
    if "Download is starting" in text:
        tabs.take_notices()
        return NotAPage(url, f"{url} is not a page but a file for download: give a shop's address")
    if "interrupted by another navigation" in text:
        return NavigatesForever(f"{url} leaves for another page before it arrives")
    if "ERR_ABORTED" in text:
        return NotAPage(url, f"{url} answers without a page: give a shop's address")
    if tab.crashed:
        return Unreachable(url, f"{url} makes the browser's page crash")
    if "net::" not in text:
        return Unreachable(url, f"{url} could not be opened: {text}")
    passing = any(f"net::{code}" in text for code in _PASSING)
    return Unreachable(url, f"{url} could not be opened: {cause(text)}", passing)


def _judge(url: str, response: Response, explain: Explain, options: EnvOptions) -> None:
    """Raise unless the answer is a page a customer could use."""
    if response.status >= 400 and (trouble := _explained(url, response.url, explain)):
        raise trouble
    if response.status >= 400:
        said = f"{response.url} answers with HTTP {response.status} {response.status_text}".strip()
        if response.status in _NOT_LET_IN and options.brought:
            raise NotLetIn(
                url, f"{said}: it does not accept what was brought along ({options.brought})"
            )
        why = _NOT_LET_IN.get(response.status, "there is no shop at this address")
        raise BadStatus(url, f"{said}: {why}", response.status)


_NOT_LET_IN = {
    401: "it asks for a user name and a password before it shows anything, and there are none "
    "(--http-credentials-file or SHOPPER_HTTP_CREDENTIALS gives them)",
    403: "it lets nobody in who does not bring something along (--header, --cookie, "
    "--storage-state and others do), or there is no shop at this address",
}
"""What the status of a closed door asks for."""


async def check_document(tab: Tab, url: str) -> None:
    """Raise NotAPage if the document that arrived is an image, text or data, PageHung if it does
    not say."""
    try:
        async with asyncio.timeout(_KIND_S):
            kind = await tab.world.call("contentType")
    except TimeoutError:
        raise PageHung(f"{url} does not answer within {_KIND_S:g} s: its scripts hang") from None
    if kind not in ("text/html", "application/xhtml+xml"):
        raise NotAPage(url, f"{url} is not a page but {kind}: give a shop's address")
