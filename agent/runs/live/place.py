"""Where a run listens: a socket in a folder of the user's own, named after the run's folder."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path


def socket_of(folder: Path) -> Path:
    """The socket of the run in `folder`; the folder that it lies in is there.

    Raises:
        OSError: it cannot be made, or is somebody else's.
    """
    place = Path(tempfile.gettempdir()) / f"shopper-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    told = place.lstat()
    private = stat.S_ISDIR(told.st_mode) and not told.st_mode & 0o077
    if told.st_uid != os.getuid() or not private:
        raise PermissionError(f"{place} is not a folder of this user alone")
    name = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=10).hexdigest()
    return place / f"{name}.sock"
