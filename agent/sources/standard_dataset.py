"""The standard data set, version 2: synthetic sessions in parts without a common user.

Training users visit the shop in several themes and languages. Those of the other parts visit it as
it usually is; two parts have the theme and the language that nobody is trained on.

Each part is a population of its own, so a smaller part is the beginning of a larger one, and one
that is there already grows. What is made is appended session by session to ``PART.partial.jsonl``:
whatever stops the work, the next run goes on after the last whole session and the files come out
the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import msgspec
import zstandard

from agent.atomic_write import replacing
from agent.sessions.lines import read_lines
from agent.sessions.session import FORMAT_VERSION, RecordError, Session, decode_session, encode
from agent.sources.simulation import SimulationJob, simulate, versions, visits
from envs.shop import Storefront

Part = Literal["train", "validation", "test", "unseen_theme", "unseen_language"]
PARTS: tuple[Part, ...] = get_args(Part)
VERSION = "2"
_USUAL = Storefront()
UNSEEN_THEME, UNSEEN_LANGUAGE = Storefront("pocket", "en"), Storefront("larkfield", "es")
STOREFRONTS: dict[Part, tuple[Storefront, ...]] = {
    "train": (
        *(_USUAL, _USUAL, _USUAL, _USUAL),
        *(Storefront("ledger"), Storefront("plaza")),
        *(Storefront(language="de"), Storefront(language="fr")),
        *(Storefront("ledger", "de"), Storefront("plaza", "fr")),
    ),
    "unseen_theme": (UNSEEN_THEME,),
    "unseen_language": (UNSEEN_LANGUAGE,),
}
"""Shops that a part's users visit, each as likely; those of other parts visit the usual one."""
SEED = 1
APART = 1_000_000
"""Between the seeds of two parts; seeds below it never share a population."""
_LEVEL = 12

OnSession = Callable[[Part, Session], None]


class StaleData(ValueError):
    """What is in the folder was made otherwise; the message says what to do."""


class DatasetConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What to make: `sizes` sessions a part at least, nothing of a part that is left out, with
    `concurrency` shoppers at once; `rehearsed`, or through the browser, which gives the same."""

    folder: Path
    sizes: dict[Part, int]
    seed: int = SEED
    concurrency: int = 4
    rehearsed: bool = True

    def job(self, part: Part) -> SimulationJob:
        """The simulation that makes a part."""
        seed = self.seed + APART * PARTS.index(part)
        return SimulationJob(
            sessions=self.sizes[part],
            seed=seed,
            concurrency=self.concurrency,
            rehearsed=self.rehearsed,
            storefronts=STOREFRONTS.get(part, (_USUAL,)),
        )

    def file(self, part: Part) -> Path:
        return self.folder / f"{part.replace('_', '-')}.jsonl.zst"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are made, in the order they are listed."""
        return tuple(part for part in PARTS if part in self.sizes)


async def make(config: DatasetConfig, on_session: OnSession) -> None:
    """Make what is missing of every part; `on_session` hears of each new session.

    The small parts come first, so that they can be used while the large one is made.

    Raises:
        StaleData: the folder holds sessions of another seed, shopper or simplifier.
        EnvError: no browser, no shop, or a visit that failed again and again.
        OSError: the folder cannot be written.
    """
    config.folder.mkdir(parents=True, exist_ok=True)
    for part in sorted(config.parts, key=lambda one: config.sizes[one]):
        growing = Growing(config.file(part), config.job(part))
        if growing.missing:
            with growing:
                await simulate(growing.rest, partial(_keep, growing, part, on_session))
            growing.finish()


def there_already(config: DatasetConfig) -> dict[Part, int]:
    """Sessions of each part that are made, finished or not.

    Raises:
        StaleData: as `make`.
    """
    return {part: Growing(config.file(part), config.job(part)).count for part in config.parts}


def _keep(growing: Growing, part: Part, on_session: OnSession, session: Session) -> None:
    growing.write(session)
    on_session(part, session)


class Growing:
    """One part on disk: the finished file, or the plain one that grows into it."""

    def __init__(self, file: Path, job: SimulationJob) -> None:
        """Look at what is there.

        Raises:
            StaleData: it is not the beginning of what `job` makes.
        """
        self.file = file
        self.partial = file.with_name(file.name.removesuffix(".jsonl.zst") + ".partial.jsonl")
        self._job = job
        source = self.partial if self.partial.exists() else file
        self.count, self._whole = _checked(source, job) if source.exists() else (0, 0)

    @property
    def missing(self) -> int:
        return max(0, self._job.sessions - self.count)

    @property
    def rest(self) -> SimulationJob:
        """The job without the visits that are made."""
        return msgspec.structs.replace(self._job, first=self.count)

    def __enter__(self) -> Growing:
        """Open the growing file behind its last whole session."""
        if not self.partial.exists() and self.file.exists():
            _unpack(self.file, self.partial)
        self._stream = self.partial.open("ab", buffering=0)
        self._stream.truncate(self._whole)
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def write(self, session: Session) -> None:
        data = memoryview(encode(session) + b"\n")
        while data:
            data = data[self._stream.write(data) or 0 :]
        self.count += 1

    def finish(self) -> None:
        """The growing file becomes the finished one."""
        _pack(self.partial, self.file)
        self.partial.unlink()


def _checked(path: Path, job: SimulationJob) -> tuple[int, int]:
    """How many whole sessions of `job` a file begins with, and their length in bytes."""
    count = size = 0
    expected = (one.id for one in visits(msgspec.structs.replace(job, sessions=1 << 40)))
    for line, visit_id in zip(_whole_lines(path), expected, strict=False):
        try:
            session = decode_session(line)
        except RecordError as error:
            raise StaleData(
                f"{path}:{count + 1}: {error}\nDelete the file to make it again."
            ) from error
        _check(path, count + 1, session, visit_id)
        count, size = count + 1, size + len(line) + 1
    return count, size


def _check(path: Path, line: int, session: Session, visit_id: str) -> None:
    now = {"format": FORMAT_VERSION, **versions()}
    what = None
    if session.session_id != visit_id:
        what = f"session {session.session_id} stands where {visit_id} belongs: another seed"
    elif session.versions != now:
        what = f"made with {session.versions}, this is {now}"
    if what is not None:
        raise StaleData(
            f"{path}:{line}: {what}\nDelete it to make it again, or name another folder with --out."
        )


def _whole_lines(path: Path) -> Iterator[bytes]:
    """Lines up to the one that a killed process did not finish."""
    lines = read_lines(path)
    return (line.data for line in itertools.takewhile(lambda line: line.whole, lines) if line.data)


def _unpack(packed: Path, plain: Path) -> None:
    with replacing(plain) as draft, draft.open("wb") as target, packed.open("rb") as source:
        zstandard.ZstdDecompressor().copy_stream(source, target)


def _pack(plain: Path, packed: Path) -> None:
    packer = zstandard.ZstdCompressor(_LEVEL, write_checksum=True)
    with replacing(packed) as draft, draft.open("wb") as target, plain.open("rb") as source:
        packer.copy_stream(source, target, size=plain.stat().st_size)
