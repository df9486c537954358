"""Work on many files that goes on where it was stopped: what came of each file is kept beside the
output until all of it is written.

Knows nothing of what is done to a file: a result is a struct, one a line.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

import msgspec

Result = TypeVar("Result", bound=msgspec.Struct)


class KeptResults(Generic[Result]):
    """The results of one import, by input file. `settings` are all that the results depend on
    beside the files: with others, nothing that was kept counts."""

    def __init__(self, out: Path, kind: type[Result], settings: object) -> None:
        self.folder = out.with_name(f"{out.name}.import")
        self._kind = kind
        self._settings = msgspec.json.encode(settings)

    def of(self, path: Path) -> FileResults[Result]:
        """What is kept of `path`, as it is now: of a file that has changed since, nothing is.

        Raises:
            OSError: the file is not there.
        """
        facts = path.stat()
        identity = f"{path.resolve()}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode()
        key = hashlib.blake2b(identity + self._settings, digest_size=12).hexdigest()
        return FileResults(self.folder / f"{key}.jsonl", self._kind)

    def forget(self) -> None:
        """All of it is in the output now."""
        shutil.rmtree(self.folder, ignore_errors=True)


class FileResults(Generic[Result]):
    """What came of one file, in order; `add` between entering and leaving."""

    def __init__(self, path: Path, kind: type[Result]) -> None:
        self._path = path
        self._growing = path.with_suffix(".growing")
        self._decoder = msgspec.json.Decoder(kind)

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be done with the file."""
        return self._path.exists()

    def __enter__(self) -> FileResults[Result]:
        """Open behind the last whole result."""
        self._growing.parent.mkdir(parents=True, exist_ok=True)
        whole = self._whole_bytes()
        self._stream = self._growing.open("ab", buffering=0)
        self._stream.truncate(whole)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        if kind is None:
            self._growing.replace(self._path)

    def count(self) -> int:
        """Results that are there already."""
        source = self._path if self.whole else self._growing
        if not source.exists():
            return 0
        with source.open("rb") as lines:
            return sum(line.endswith(b"\n") for line in lines)

    def add(self, result: Result) -> None:
        data = memoryview(msgspec.json.encode(result) + b"\n")
        while data:
            data = data[self._stream.write(data) or 0 :]

    def read(self) -> Iterator[Result]:
        """Every result, as a stream."""
        with self._path.open("rb") as lines:
            for line in lines:
                yield self._decoder.decode(line)

    def _whole_bytes(self) -> int:
        if not self._growing.exists():
            return 0
        with self._growing.open("rb") as lines:
            return sum(len(line) for line in lines if line.endswith(b"\n"))
