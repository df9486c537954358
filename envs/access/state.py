"""A login that is kept in a file: Playwright's storage state, cookies and what pages keep.

What is in it is a secret; what may be told is the file's name and age.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from envs.access.errors import AccessError
from envs.access.private_files import read_private
from envs.gateway.rules import Target

_SHORTEST = 16
"""Characters of a value that is looked for in pages: shorter ones are settings, such as ``en-US``,
rather than what lets somebody in."""
_LONGEST = 4096


class StoredCookie(msgspec.Struct, frozen=True):
    """As Playwright writes one; `expires` is in seconds since 1970, -1 for the end of the visit."""

    name: str
    value: str
    domain: str
    expires: float = -1

    def is_for(self, host: str) -> bool:
        """Whether it is sent to `host`."""
        domain = self.domain.lstrip(".").lower()
        return host == domain or (self.domain.startswith(".") and host.endswith(f".{domain}"))

    def over(self, now: float) -> bool:
        return 0 <= self.expires <= now


class StoredItem(msgspec.Struct, frozen=True):
    """One entry of an origin's local storage."""

    name: str
    value: str


class StoredOrigin(msgspec.Struct, frozen=True):
    """What the pages of one origin keep."""

    origin: str
    localStorage: tuple[StoredItem, ...] = ()


class _State(msgspec.Struct, frozen=True):
    cookies: tuple[StoredCookie, ...] = ()
    origins: tuple[StoredOrigin, ...] = ()


class LoginState(msgspec.Struct, frozen=True):
    """The state in a `file`, which was written at `made` (seconds since 1970)."""

    file: str
    made: float
    content: bytes

    def __repr__(self) -> str:
        return f"LoginState(file={self.file!r})"

    @property
    def age(self) -> str:
        """How long ago it was written, in words."""
        hours = max(0.0, time.time() - self.made) / 3600
        if hours < 1:
            return f"{hours * 60:.0f} min old"
        return f"{hours:.0f} h old" if hours < 48 else f"{hours / 24:.0f} days old"

    @property
    def for_browser(self) -> dict[str, Any]:
        """As Playwright takes it."""
        loaded: dict[str, Any] = msgspec.json.decode(self.content)
        return loaded

    @property
    def hidden(self) -> tuple[str, ...]:
        """What in it would let others in."""
        return tuple(value for value in _values(_decoded(self.content)) if _is_key(value))


def read_state(path: Path) -> LoginState:
    """A login kept by ``shopper login``, or by Playwright.

    Raises:
        AccessError: there is none in the file, or others may read it.
    """
    content = read_private(path, "--storage-state")
    try:
        state = _decoded(content)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise AccessError(
            f"{path} holds no storage state: `shopper login URL --out {path.name}` makes one"
        ) from error
    if not (state.cookies or state.origins):
        raise AccessError(
            f"{path} holds no login: `shopper login URL --out {path.name}` makes one anew"
        )
    return LoginState(path.name, path.stat().st_mtime, content)


def check_state(state: LoginState, target: Target) -> None:
    """Whether a state can be of any use at an address.

    Raises:
        AccessError: it is for another site, or has expired.
    """
    host, kept = target.host, _decoded(state.content)
    stored = [origin for origin in kept.origins if origin.origin == target.origin]
    cookies = [cookie for cookie in kept.cookies if cookie.is_for(host)]
    again = f"log in again with `shopper login {target.origin} --out {state.file}`"
    if not (stored or cookies):
        raise AccessError(f"{state.file} holds nothing for {host}, only for other sites: {again}")
    now = time.time()
    if not stored and all(cookie.over(now) for cookie in cookies):
        raise AccessError(f"the login in {state.file} has expired ({state.age}): {again}")


def _decoded(content: bytes) -> _State:
    return msgspec.json.decode(content, type=_State)


def _values(state: _State) -> Iterator[str]:
    for cookie in state.cookies:
        yield cookie.value
    for origin in state.origins:
        yield from (item.value for item in origin.localStorage)


def _is_key(value: str) -> bool:
    """Long, in one piece, and not only words: a session's name, a token."""
    lengths = _SHORTEST <= len(value) <= _LONGEST
    return lengths and not any(c in value for c in ' {}[]"') and any(map(str.isdigit, value))
