"""Files that hold secrets, which nobody else on the machine may read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from envs.access.errors import AccessError

MOST_BYTES = 32 * 1024 * 1024


def read_private(path: Path, what: str) -> bytes:
    """The content of a file that is for this account alone; `what` asked for it.

    Raises:
        AccessError: it cannot be read, or others can read it as well.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if os.name == "posix" and found.st_mode & 0o077:
                raise AccessError(
                    f"{what} {path}: others on this machine may read it (mode "
                    f"{found.st_mode & 0o777:04o}); `chmod 600 {path}` keeps it to you"
                )
            return file.read(MOST_BYTES)
    except OSError as error:
        raise AccessError(f"{what} {path} cannot be read: {error.strerror or error}") from error


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this account may read, in one step.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
