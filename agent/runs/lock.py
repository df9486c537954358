"""One run at a time in a folder: whoever writes holds it, and lets go even when killed."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.runs.folder import FolderError


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep every other run out of `root`, which is made where it is not there.

    The lock is the operating system's and on the folder itself: nothing is left behind. A file
    system that knows no locks lets everyone in.

    Raises:
        FolderError: another run is at work there, or it is a file.
        OSError: it cannot be made or opened.
    """
    made = not root.exists()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FolderError(f"{root} is a file; name a folder with --out") from error
    handle = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _lock(handle, root)
        yield
    finally:
        os.close(handle)
        if made:
            _remove_if_empty(root)


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise FolderError(
                f"another run is writing into {root}: wait until it is over, or name another "
                "folder with --out"
            ) from error


def _remove_if_empty(root: Path) -> None:
    try:
        root.rmdir()
    except OSError:
        return
