"""Sessions into a file: the ending of its name says how.

The file appears under its name only when it is complete; until then it is ``NAME.partial``, and
that is what stays when the work is stopped.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, cast

import zstandard

from agent.sessions.session import Session, encode

FORMATS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet")


class FormatError(ValueError):
    """A file name whose ending stands for no format; the message lists those there are."""


class _Sink(Protocol):
    def write(self, session: Session) -> None: ...

    def close(self) -> None: ...


class SessionWriter:
    """Writes sessions one by one; use it as a context manager.

    Left by an exception, the rows written so far are complete in `partial`.
    """

    def __init__(self, path: Path) -> None:
        """Raises:
        FormatError: the name's ending is not one of `FORMATS`.
        OSError: the file cannot be created.
        """
        check_format(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self.count = 0
        self._sink: _Sink = _open(path, self.partial)

    def write(self, session: Session) -> None:
        self._sink.write(session)
        self.count += 1

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._sink.close()
        if kind is None:
            self.partial.replace(self.path)
        elif self.count == 0:
            self.partial.unlink(missing_ok=True)


def check_format(path: Path) -> None:
    """Raise `FormatError` unless `path` can be written."""
    if not path.name.endswith(FORMATS):
        raise FormatError(f"{path}: the name must end in one of {', '.join(FORMATS)}")


class _Lines:
    """JSON Lines into a byte stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, session: Session) -> None:
        self._stream.write(encode(session) + b"\n")

    def close(self) -> None:
        self._stream.close()


def _open(path: Path, partial: Path) -> _Sink:
    if path.name.endswith(".parquet"):
        from agent.sessions.parquet import ParquetWriter

        return ParquetWriter(partial)
    if path.name.endswith(".gz"):
        return _Lines(cast(BinaryIO, gzip.open(partial, "wb", compresslevel=6)))
    if path.name.endswith(".zst"):
        packer = zstandard.ZstdCompressor(9, write_checksum=True)
        return _Lines(cast(BinaryIO, zstandard.open(partial, "wb", packer)))
    return _Lines(partial.open("wb"))
