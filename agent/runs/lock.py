"""One run at a time in a folder: whoever writes locks it, and lets go even when killed."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.runs.folder import CannotWrite, FolderError
from agent.runs.new_folders import missing_folders, remove_empty

ATTEMPTS = 3
PAUSE = 0.02
"""Seconds between two of them."""


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep every other run out of `root`, which is made where it is not there.

    The lock is the operating system's and on the folder itself: nothing is left behind. A file
    system that knows no locks lets everyone in.

    Raises:
        FolderError: another run is at work there, or it is a file.
        CannotWrite: it cannot be made or opened.
    """
    made = missing_folders(root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    except (FileExistsError, NotADirectoryError) as error:
        raise FolderError(f"{root} is a file; name a folder with --out") from error
    except OSError as error:
        raise CannotWrite(f"cannot write to {root}: {error}") from error
    try:
        _lock(handle, root)
        yield
    finally:
        os.close(handle)
        remove_empty(made)


def is_locked(root: Path) -> bool:
    """Whether a run is at work in `root`, as far as can be told."""
    try:
        handle = os.open(root, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EWOULDBLOCK, errno.EACCES)
    finally:
        os.close(handle)
    return False


def _lock(handle: int, root: Path) -> None:
    """Try more than once: whoever looks whether it is locked holds it for a moment."""
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                return
            if left:
                time.sleep(PAUSE)
                continue
            raise FolderError(
                f"another run is writing into {root}: wait until it is over, or name another "
                "folder with --out"
            ) from error
