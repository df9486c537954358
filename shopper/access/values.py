"""Reading one option's text: where it is for, its name, its value, and whether that is a secret.

No message repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from envs.access import AccessError
from envs.gateway.host_names import HostError
from envs.gateway.place import Place, parse_place

VARIABLE = "env:"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Names of headers and cookies (RFC 9110, section 5.6.2)."""
_TELLING = re.compile(
    r"auth|token|secret|key|pass|session|sess|sid$|jwt|credential|access|login",
    re.IGNORECASE,
)
_LONG = 16
"""Characters from which on a value is a key rather than a setting, such as ``B`` or ``true``."""


@dataclass(frozen=True)
class Value:
    """``[HOST/]NAME=VALUE`` taken apart; `place` is None for the start address. `clear`: it was
    written out rather than taken from a variable."""

    name: str
    value: str = field(repr=False)
    place: Place | None = None
    clear: bool = False

    @property
    def secret(self) -> bool:
        """Whether it must not be seen: what came from a variable, and what looks like a key."""
        return not self.clear or len(self.value) >= _LONG or bool(_TELLING.search(self.name))


def read_value(text: str, option: str, environ: Mapping[str, str]) -> Value:
    """Take an option's text apart.

    Raises:
        AccessError: it has no name or value, the variable is not set, or the host is none.
    """
    left, equals, written = text.partition("=")
    where, slash, name = left.rpartition("/")
    if not (equals and name):
        raise AccessError(f"{option} takes [HOST/]NAME=VALUE, or NAME=env:VARIABLE for a secret")
    if not _TOKEN.fullmatch(name):
        raise AccessError(f"{option}: {shown(name)} is not a name: letters, digits and - _ .")
    place = read_place(where, option) if slash else None
    clear = not written.startswith(VARIABLE)
    return Value(name, resolved(written, f"{option} {name}", environ), place, clear)


def read_place(text: str, option: str) -> Place:
    """The host that something is for.

    Raises:
        AccessError: it is none.
    """
    try:
        return parse_place(re.sub(r"^https?://", "", text))
    except HostError as error:
        raise AccessError(f"{option}: {shown(text)} is not a host: {error}") from error


def resolved(text: str, what: str, environ: Mapping[str, str]) -> str:
    """A text, or for ``env:NAME`` what that variable holds.

    Raises:
        AccessError: the variable is not set, or empty.
    """
    if not text.startswith(VARIABLE):
        return text
    name = text.removeprefix(VARIABLE)
    value = environ.get(name, "")
    if not value:
        state = "is empty" if name in environ else "is not set"
        raise AccessError(f"{what} is to be in the variable {shown(name)}, which {state}")
    return value


def check_line(value: str, what: str) -> None:
    """What goes into a line of HTTP must stay in it.

    Raises:
        AccessError: it holds a line break or another control character.
    """
    if "\n" in value or "\r" in value:
        raise AccessError(f"{what}: its value holds a line break, which no header may")
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise AccessError(f"{what}: its value holds a control character, which no header may")


def shown(text: str) -> str:
    """A name to be quoted in a message, which is none if it is long or holds what no name does."""
    return repr(text) if len(text) <= 40 and text.isprintable() else "what stands there"
