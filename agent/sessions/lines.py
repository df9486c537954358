"""Lines of a text file, plain or compressed, as a stream in constant memory.

Says by content, not by name, how a file is compressed, and notices when it was cut off. Knows
nothing of JSON or sessions.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import zstandard

from agent.sessions.session import RecordError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
PARQUET = b"PAR1"
CHUNK = 1 << 20
PACKED_CHUNK = 1 << 14
"""Compressed bytes taken at once: little, because repeated pages shrink a hundredfold and more."""
LONGEST_ROW = 1 << 29
"""Bytes of the longest row that is read (512 MiB): a session of a hundred very large pages fits."""


OnRead = Callable[[int], None]
"""Told how many bytes of a file were read since the last time, for progress."""


class Line(NamedTuple):
    """One line without its newline. `whole` is false for a last line that had none; `data` is
    None when the line was longer than allowed, and `size` then says how long."""

    number: int
    data: bytes | None
    whole: bool
    size: int


def read_head(path: Path, size: int = 4) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def read_lines(
    path: Path, longest: int = LONGEST_ROW, on_read: OnRead | None = None
) -> Iterator[Line]:
    """Every line of a plain, gzip or zstd file, numbered from 1.

    Raises:
        OSError: the file cannot be read.
        RecordError: the compressed data is damaged or ends early; lines before it were yielded.
    """
    number, parts, size = 1, list[bytes](), 0
    for chunk in read_chunks(path, on_read or (lambda size: None)):
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            size += end - start
            yield _line(number, parts, chunk[start:end], size, longest, whole=True)
            number, parts, size, start = number + 1, [], 0, end + 1
        size += len(chunk) - start
        if size <= longest:
            parts.append(chunk[start:])
        else:
            parts.clear()
    if size:
        yield _line(number, parts, b"", size, longest, whole=False)


def _line(
    number: int, parts: list[bytes], last: bytes, size: int, longest: int, *, whole: bool
) -> Line:
    data = b"".join([*parts, last]).removesuffix(b"\r") if size <= longest else None
    return Line(number, data, whole, size)


def read_chunks(path: Path, on_read: OnRead) -> Iterator[bytes]:
    """What a plain, gzip or zstd file holds, in pieces.

    Raises:
        OSError: the file cannot be read.
        RecordError: the compressed data is damaged or ends early.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(GZIP):
            yield from _inflate(path, file, on_read, gzip=True)
        elif head == ZSTD:
            yield from _inflate(path, file, on_read, gzip=False)
        else:
            yield from iter(lambda: _read(file, CHUNK, on_read), b"")


def _inflate(path: Path, file: BinaryIO, on_read: OnRead, *, gzip: bool) -> Iterator[bytes]:
    """Decompress members or frames one after another until the file ends."""
    pending = b""
    try:
        while pending or (pending := _read(file, PACKED_CHUNK, on_read)):
            stream = zlib.decompressobj(wbits=31) if gzip else _zstd_stream()
            while not stream.eof:
                if not pending and not (pending := _read(file, PACKED_CHUNK, on_read)):
                    raise RecordError(f"{path}: the compressed file ends early: it was cut off")
                yield stream.decompress(pending)
                pending = stream.unused_data
    except (zlib.error, zstandard.ZstdError) as error:
        raise RecordError(f"{path}: the compressed file is damaged: {error}") from error


def _read(file: BinaryIO, size: int, on_read: OnRead) -> bytes:
    data = file.read(size)
    on_read(len(data))
    return data


def _zstd_stream() -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor().decompressobj()
