"""One JSON request to a server over HTTP, made again with patience where that can help.

Whoever asks says what an answer must look like, and which errors are worth no second try.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from agent.parsing import from_json
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.policies.remote.retry import Backoff, RetriesExhausted, asked_to_wait

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_ANSWER = 8_000_000
"""Bytes; what is longer is no answer but a stream that does not end."""


class _Answer(msgspec.Struct, frozen=True):
    """What came over HTTP, read to its end."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


T = TypeVar("T")


class TransientError(Exception):
    """Something that may pass; `wait` is what the server asks for, in seconds."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


class ApiRefused(Exception):
    """The server answered with an error that asking again in the same way does not change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Server:
    """A server at an address. `final` tells of an error's text that no second try will help."""

    def __init__(
        self,
        name: str,
        base_url: str,
        key: str | None,
        *,
        timeout: float,
        retry_seconds: float,
        final: Callable[[str], bool],
    ) -> None:
        """`timeout` is in seconds for one try, `retry_seconds` for all that belong together.

        Raises:
            PolicyChoiceError: the address is none, or the key cannot be one.
        """
        self.name = name
        self._timeout = timeout
        self._patience = retry_seconds
        self._final = final
        try:
            self._http = httpx.AsyncClient(
                base_url=base_url.rstrip("/") + "/",
                headers=_authorization(name, key),
                timeout=httpx.Timeout(timeout, connect=10.0),
                limits=httpx.Limits(max_connections=256),
            )
        except httpx.InvalidURL as error:
            raise PolicyChoiceError(f"{name}: not an address: {error}") from error

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        read: Callable[[bytes], T],
        *,
        retries: int,
    ) -> T:
        """What `read` makes of a successful answer; tries again where that can help.

        Raises:
            PolicyError: no answer, however often asked.
            ApiRefused: an answer that says no.
        """
        data = None if body is None else msgspec.json.encode(body)
        pauses = Backoff(self._patience)
        tries, given_up = 0, ""
        while True:
            tries += 1
            try:
                return read(await self._once(method, path, data, min(self._timeout, pauses.left)))
            except TransientError as error:
                trouble = error
            if tries > retries:
                break
            try:
                await asyncio.sleep(pauses.next(trouble.wait))
            except RetriesExhausted as error:
                given_up = f" ({error})"
                break
        raise PolicyError(
            f"{self.name}: {trouble}, {tries} times in a row{given_up}; check that the server "
            "runs at this address, which usually ends in /v1, and is not overloaded"
        ) from trouble

    async def _once(self, method: str, path: str, data: bytes | None, seconds: float) -> bytes:
        """The body of a successful answer that is there within `seconds`.

        Raises:
            TransientError, ApiRefused: there is none.
        """
        headers = {} if data is None else {"Content-Type": "application/json"}
        try:
            async with asyncio.timeout(seconds):
                answer = await self._fetch(method, path, data, headers)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TransientError("it did not answer in time") from error
        except httpx.HTTPError as error:
            raise TransientError(f"{error or type(error).__name__}") from error
        except httpx.InvalidURL as error:
            raise PolicyChoiceError(f"{self.name}: not an address: {error}") from error
        if 200 <= answer.status < 300:
            return answer.body
        text = _error_text(answer)
        if answer.status not in _RETRIED or self._final(text):
            raise ApiRefused(answer.status, text)
        raise TransientError(f"HTTP {answer.status}: {text}", asked_to_wait(answer.headers))

    async def _fetch(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> _Answer:
        async with self._http.stream(method, path, content=data, headers=headers) as reply:
            body = bytearray()
            async for chunk in reply.aiter_bytes():
                body += chunk
                if len(body) > _LONGEST_ANSWER:
                    raise TransientError(
                        f"its answer does not end after {len(body) // 1_000_000} MB"
                    )
            return _Answer(reply.status_code, reply.reason_phrase, reply.headers, bytes(body))


def _authorization(name: str, key: str | None) -> dict[str, str]:
    """The header that carries the key. No message shows a key: messages are logged and kept."""
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise PolicyChoiceError(f"{name}: its key holds characters that no key has; set it again")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _error_text(answer: _Answer) -> str:
    """What an error body says, at most 300 characters."""
    try:
        said = from_json(answer.body)
    except (msgspec.DecodeError, UnicodeError):
        said = answer.body.decode("utf-8", "replace")
    for key in ("error", "message", "detail"):
        if isinstance(said, dict) and key in said:
            said = said[key]
    return " ".join(str(said).split())[:300] or answer.reason
