"""What a run brings along to get in, as one piece of plain data that may cross processes.

Every secret is in it, so nothing here shows what it holds: what may be told is `described`, what
must never be is `hidden`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec

from envs.access.state import LoginState
from envs.gateway.passes import NOTHING, Passes
from envs.gateway.place import Place
from envs.options import Secret


class Credentials(msgspec.Struct, frozen=True):
    """User name and password for HTTP authentication (Basic, Digest) at `place`."""

    place: Place
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credentials(place={str(self.place)!r})"


class Cookie(msgspec.Struct, frozen=True):
    """A cookie that every visit to `place` has from the start."""

    place: Place
    name: str
    value: str

    def __repr__(self) -> str:
        return f"Cookie(place={str(self.place)!r}, name={self.name!r})"


class LoginScript(msgspec.Struct, frozen=True):
    """Actions that log in before a visit begins: the content of a script's `file`, as JSON."""

    file: str
    steps: bytes

    @property
    def asks_for_code(self) -> bool:
        """Whether a one-time code is typed, which a site takes once only."""
        return b"{{totp}}" in self.steps


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `secrets` are typed in place of their names; `plain` are texts of `passes` and
    `cookies` that are no secrets, such as ``B`` of a feature flag."""

    credentials: tuple[Credentials, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    state: LoginState | None = None
    script: LoginScript | None = None
    passes: Passes = NOTHING
    secrets: tuple[Secret, ...] = ()
    plain: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Access({'; '.join(self.described)})"

    @property
    def wall(self) -> bool:
        """Whether there is anything by which a site lets people in, or not; a proxy that is the
        machine's, and not this run's, is not."""
        asked_for = any(proxy.local_too for proxy in self.passes.proxies)
        passes = msgspec.structs.replace(self.passes, proxies=())
        return asked_for or msgspec.structs.replace(self, passes=passes) != OPEN

    @property
    def login(self) -> str:
        """What visits are logged in by, in words; empty where they are not."""
        found = []
        if self.state is not None:
            found.append(f"the login in {self.state.file}")
        if self.script is not None:
            found.append(f"the login script {self.script.file}")
        return " and ".join(found)

    @property
    def started_from(self) -> str | None:
        """What a visit's log says it started from."""
        found = []
        if self.state is not None:
            found.append(f"storage state {self.state.file}")
        if self.script is not None:
            found.append(f"setup {self.script.file}")
        return ", ".join(found) or None

    @property
    def described(self) -> tuple[str, ...]:
        """One line for each thing, without anything secret."""
        return tuple(_lines(self))

    @property
    def hidden(self) -> tuple[str, ...]:
        """Every text that must not stand in what is kept, shown or told."""
        return tuple(dict.fromkeys(text for text in _hidden(self) if text not in self.plain))

    def credentials_for(self, host: str, port: int) -> Credentials | None:
        """Those for canonical `host`, None where there are none."""
        return next((c for c in self.credentials if c.place.covers(host, port)), None)


OPEN = Access()
"""Nothing is brought along."""


def _lines(access: Access) -> Iterator[str]:
    for one in access.credentials:
        yield f"user name and password for {one.place}"
    for header in access.passes.headers:
        yield f"header {header.name} for {header.place}"
    for cookie in access.cookies:
        yield f"cookie {cookie.name} for {cookie.place}"
    if access.state is not None:
        yield f"storage state {access.state.file}, {access.state.age}"
    if access.script is not None:
        yield f"setup {access.script.file}"
    for shown in access.passes.certificates:
        yield f"client certificate {shown.file} for {shown.place}"
    if access.passes.authorities:
        yield f"certificate authority {access.passes.authorities_file}"
    for proxy in access.passes.proxies:
        yield f"proxy {proxy.shown}"
    for secret in access.secrets:
        yield f"secret {secret.name} for {secret.host}"


def _hidden(access: Access) -> Iterator[str]:
    for one in access.credentials:
        yield from _pair(one.user, one.password)
    for header in access.passes.headers:
        if header.value not in access.plain:
            yield header.value
            yield from header.value.split(" ")[1:]  # without its scheme: "Bearer ..."
    for cookie in access.cookies:
        yield cookie.value
    if access.state is not None:
        yield from access.state.hidden
    for proxy in access.passes.proxies:
        yield from _pair(proxy.user, proxy.password)
    for secret in access.secrets:
        if secret.name != "user" or is_telling(secret.value):
            yield secret.value


def _pair(user: str, password: str) -> Iterator[str]:
    if not password:
        return
    if is_telling(user):
        yield user
    yield password
    both = f"{user}:{password}"
    yield both
    yield base64.b64encode(both.encode()).decode()


def is_telling(user: str) -> bool:
    """Whether a user name is more than a word that pages are full of, such as ``shop``."""
    return not user.isalpha()
