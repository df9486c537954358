"""Files that are whole or not there: written under another name first, then renamed.

Who reads finds the old content or the new, never a part of one, also after the process was killed.
What a loss of power leaves is up to the file system: nothing here waits for the disk.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

_number = itertools.count()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A draft beside `path` that takes its name when the block is through.

    When the block raises, the draft is deleted and an older file stays as it was. Every draft has
    a name of its own: of two who write the same file, the last one wins, and neither is mixed.

    Raises:
        OSError: it cannot be written there.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{next(_number)}.new")
    try:
        yield draft
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def is_draft(path: Path, of: Path) -> bool:
    """Whether `path` is what a killed process left of writing `of`."""
    return path.name.startswith(f".{of.name}.") and path.name.endswith(".new")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step.

    Raises:
        OSError: it cannot be written; an older one stays as it was.
    """
    with replacing(path) as draft:
        draft.write_bytes(data)


def write_json(path: Path, record: object) -> None:
    """Write a record as indented JSON, in one step.

    Raises:
        OSError: it cannot be written; an older one stays as it was.
    """
    write_whole(path, msgspec.json.format(msgspec.json.encode(record)) + b"\n")
