"""One run at a time in a folder: whoever writes locks it, and lets go even when killed."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.runs.folder import CannotWrite, FolderError
from agent.runs.new_folders import missing_folders, remove_empty


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


def _lock(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise FolderError(
                f"another run is writing into {root}: wait until it is over, or name another "
                "folder with --out"
            ) from error
