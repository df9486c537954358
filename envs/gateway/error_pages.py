"""What the gateway itself answers: refusals and failures, as tiny pages that name the reason."""

from __future__ import annotations

import re
from html import escape
from typing import Literal

REFUSED_HEADER = "X-Shopper-Refused"
"""In an answer of the gateway's own: why the rules, or the rate limit, kept the request back."""

FAILED_HEADER = "X-Shopper-Unreachable"
"""In an answer of the gateway's own: why the host gave none."""

Kind = Literal["refused", "unreachable", "timeout", "busy", "bad request"]
"""Why a request did not get through."""

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"

_UNFIT = re.compile(r"[^ -~]")
_FAILURES = ("unreachable", "timeout")
_STATUS: dict[Kind, tuple[int, str, str]] = {
    "refused": (403, "Forbidden", "Not reachable from this run"),
    "unreachable": (502, "Bad Gateway", "No answer"),
    "timeout": (504, "Gateway Timeout", "No answer in time"),
    "busy": (429, "Too Many Requests", "Slow down"),
    "bad request": (400, "Bad Request", "Not understood"),
}


def answer(kind: Kind, reason: str, keep_alive: bool, body: bool = True) -> bytes:
    """A whole response of one of the kinds above; without `body` as HEAD wants it."""
    status, phrase, title = _STATUS[kind]
    page = (
        f"<!doctype html><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1><p>{escape(reason)}</p>"
    ).encode()
    header = FAILED_HEADER if kind in _FAILURES else REFUSED_HEADER
    head = (
        f"HTTP/1.1 {status} {phrase}\r\n"
        f"{header}: {_UNFIT.sub('?', reason)}\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Cache-Control: no-store\r\n"
        f"Content-Length: {len(page)}\r\n"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    ).encode()
    return head + page if body else head
