"""What somebody asks for to get in, as texts and paths. Nothing is read or judged here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec


class AccessAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a run brings along for a site that is not open to everyone, as the options of the same
    names have it. Values that are ``env:NAME`` are taken from the environment."""

    http_credentials_file: Path | str | None = None
    """Lines of ``USER:PASSWORD`` for the start address, or ``https://HOST USER:PASSWORD``."""
    header: Sequence[str] = ()
    """``NAME=VALUE`` for the host of the start address, or ``HOST/NAME=VALUE``."""
    cookie: Sequence[str] = ()
    """The same for cookies."""
    storage_state: Path | str | None = None
    """A login kept by ``shopper login``."""
    setup: Path | str | None = None
    """A script that logs in before each visit."""
    secret: Sequence[str] = ()
    """``NAME=env:VARIABLE``: typed in place of ``{{NAME}}``."""
    proxy: str | None = None
    """``http://HOST:PORT``, behind the allowlist."""
    ca: Path | str | None = None
    """Certificate authorities in PEM to trust as well."""
    client_cert: Sequence[str] = ()
    """``FILE`` for the host of the start address, or ``HOST=FILE``: PEM or PKCS #12."""

    def __repr__(self) -> str:
        given = [name for name in self.__struct_fields__ if getattr(self, name)]
        return f"AccessAsked({', '.join(given)})"

    @property
    def anything(self) -> bool:
        """Whether anything is asked for at all."""
        return any(getattr(self, name) for name in self.__struct_fields__)
