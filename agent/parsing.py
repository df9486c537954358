"""JSON and TOML that others wrote. What is nested deeper than can be read is wrong as any other
fault of theirs is, and is said in the same way.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, overload

import msgspec

TOO_DEEP = "it is nested too deeply to be read"

T = TypeVar("T")


@overload
def from_json(data: bytes | str) -> Any: ...
@overload
def from_json(data: bytes | str, type: type[T]) -> T: ...
def from_json(data: bytes | str, type: Any = Any) -> Any:
    """What `data` holds, as `type`.

    Raises:
        msgspec.DecodeError: not JSON, nested too deeply, or not of the type.
        UnicodeError: not UTF-8.
    """
    with no_deeper():
        return msgspec.json.decode(data, type=type)


@contextmanager
def no_deeper() -> Iterator[None]:
    """Reading in this block that goes too deep raises a `msgspec.DecodeError`."""
    try:
        yield
    except RecursionError:
        raise msgspec.DecodeError(TOO_DEEP) from None


def plain_json(text: str) -> Any:
    """What `text` holds, read as Python's own `json` does.

    Raises:
        json.JSONDecodeError: not JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise json.JSONDecodeError(TOO_DEEP, text, 0) from None


def from_toml(text: str) -> dict[str, Any]:
    """The table in `text`.

    Raises:
        tomllib.TOMLDecodeError: not TOML, or nested too deeply.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise tomllib.TOMLDecodeError(TOO_DEEP) from None
