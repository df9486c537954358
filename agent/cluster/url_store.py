"""Where a clustered run's files are: any URL that fsspec can write. (`agent.cluster.folder_store`
is a folder of the driver's.)

The names are those of a run's folder (`agent.runs.card.RunFolder`). In a store each finished visit
has one file more, ``ends/ID.json``: the session without its pages. It is written last, so that what
has one is complete, and a run can be resumed without reading all pages again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol, TypeVar

import msgspec

from agent.personas.personas import Customer
from agent.runs.card import RunCard, RunFolder, carried_on, decode_card
from agent.runs.folder import (
    FAILED,
    FolderError,
    check_customers,
    check_repeatable,
    check_same,
    without_pages,
)
from agent.sessions.log import decode_session_log, log_lines
from agent.sessions.outcome import failed
from agent.sessions.session import RecordError, Session, Step, decode_session, encode

ATTEMPTS = 4
"""A store is asked so often before a fault counts."""
FIRST_PAUSE = 0.5
"""Seconds before it is asked again; doubles each time."""
READERS = 32
"""So many small files are read from a store at once."""
Answer = TypeVar("Answer")


class StoreError(OSError):
    """The store cannot be read or written; the message says which, and why."""


class SessionFiles:
    """One visit's log and pictures, held in memory until they are written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.pictures: dict[str, bytes] = {}

    def add(self, step: Step, picture: bytes | None) -> None:
        self.session = self.session.with_step(step)
        if picture is not None and step.screenshot is not None:
            self.pictures[step.screenshot] = picture


class Store(Protocol):
    """What a run's driver asks of the place where its files are."""

    place: str
    url: str | None
    """What workers write to themselves; None when the driver writes for them."""

    def claim(
        self,
        card: RunCard,
        *,
        resume: bool,
        retry_failed: bool = False,
        customers: Sequence[Customer] = (),
    ) -> dict[str, Session]: ...

    def going_on(self, card: RunCard) -> RunCard: ...

    def read_card(self) -> RunCard | None: ...

    def card(self, card: RunCard) -> None: ...

    def put_session(self, files: SessionFiles) -> None: ...

    def abandon(self, session: Session) -> Session: ...


def as_kept(log: bytes, session: Session) -> Session:
    """What a log holds of a visit, ended as `session` is unless it was over; of a visit without a
    log nothing is known but that it began."""
    try:
        kept = decode_session_log(log, session.session_id)
    except RecordError:
        kept = msgspec.structs.replace(session, steps=())
    return kept if kept.end else kept.with_end(session.end or "", session.findings)


class UrlStore:
    """Any file system of fsspec, by URL: ``s3://bucket/runs/1``, ``file:///mnt/shared/1``."""

    def __init__(self, url: str) -> None:
        """
        Raises:
            FolderError: no such kind of store.
            StoreError: the package that reaches it is missing.
        """
        import fsspec

        self.url: str | None = url
        self.place = url
        try:
            self._files, root = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise StoreError(f"cannot reach {url}: {error}") from error
        except ValueError as error:
            raise FolderError(f"--out {url}: {error}") from error
        self._root = str(root).rstrip("/")

    def claim(
        self,
        card: RunCard,
        *,
        resume: bool,
        retry_failed: bool = False,
        customers: Sequence[Customer] = (),
    ) -> dict[str, Session]:
        """As `agent.runs.folder.claim`; the sessions have no pages.

        Raises:
            FolderError: it holds another run, or none where one is to be resumed.
            StoreError: it cannot be reached.
        """
        check_repeatable(card, retry_failed=retry_failed)
        before = self.read_card()
        if before is None:
            if resume:
                raise FolderError(f"nothing to resume: {self.place} holds no run")
            if self._list(""):
                raise FolderError(
                    f"{self.place} is not empty and holds no run; name another with --out"
                )
            return {}
        if not resume:
            raise FolderError(
                f"{self.place} already holds a run; add --resume to go on with it, or name "
                "another place with --out"
            )
        check_same(self.place, before, card)
        finished = {session.session_id: session for session in self.ends()}
        check_customers(self.place, finished, customers)
        if not retry_failed:
            return finished
        again = [name for name, session in finished.items() if failed(session)]
        tries = Counter(p.partition(f".jsonl{FAILED}")[0] for p in self._list("sessions"))
        with ThreadPoolExecutor(READERS) as movers:
            list(movers.map(lambda name: self._set_aside(name, tries[f"sessions/{name}"]), again))
        return {name: session for name, session in finished.items() if name not in set(again)}

    def ends(self) -> Iterator[Session]:
        """All finished visits, without their pages."""
        with ThreadPoolExecutor(READERS) as readers:
            for data in readers.map(self.read, self._list("ends")):
                yield decode_session(data)

    def going_on(self, card: RunCard) -> RunCard:
        """As `agent.runs.folder.going_on`."""
        before = self.read_card()
        return card if before is None else carried_on(card, before)

    def card(self, card: RunCard) -> None:
        self.write("run.json", msgspec.json.format(msgspec.json.encode(card)) + b"\n")

    def put_session(self, files: SessionFiles) -> None:
        """Write a whole visit: pictures and log first, then, if it is over, that it is.

        Raises:
            StoreError: it cannot be written, tried again and again.
        """
        session = files.session
        for path, picture in files.pictures.items():
            self.write(path, picture)
        self.write(f"sessions/{session.session_id}.jsonl", b"".join(log_lines(session)))
        if session.end is not None:
            self.write(f"ends/{session.session_id}.json", encode(without_pages(session)))

    def abandon(self, session: Session) -> Session:
        """End a visit that nobody can finish, with `session.end`; what is written of it stays.
        Returns it as it is kept now, without its pages."""
        log = f"sessions/{session.session_id}.jsonl"
        kept = as_kept(self.read(log) if self._exists(log) else b"", session)
        self.put_session(SessionFiles(kept))
        return without_pages(kept)

    def write(self, path: str, data: bytes) -> None:
        """Write one file whole."""

        def put() -> None:
            whole = f"{self._root}/{path}"
            self._files.makedirs(whole.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(whole, data)

        self._patiently(f"write {path}", put)

    def read(self, path: str) -> bytes:
        data = self._patiently(f"read {path}", lambda: self._files.cat_file(f"{self._root}/{path}"))
        return bytes(data)

    def copy_to(self, folder: RunFolder) -> None:
        """Fetch the run card, all logs and all pictures.

        Raises:
            StoreError: it cannot be read.
        """
        found = self._patiently("list everything", lambda: self._files.find(self._root))
        inside = [str(path)[len(self._root) + 1 :] for path in found]
        wanted = [
            p for p in inside if p.partition("/")[0] in ("run.json", "sessions", "screenshots")
        ]

        def fetch(path: str) -> None:
            target = folder.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.read(path))

        with ThreadPoolExecutor(READERS) as readers:
            list(readers.map(fetch, wanted))

    def _set_aside(self, session_id: str, tries: int) -> None:
        """Rename a visit's log and pictures, then forget that it is over: killed in between, it
        is still a visit that failed, and what is renamed already stays so."""
        mark = f"{FAILED}{tries + 1}"
        pictures = f"screenshots/{session_id}"
        for path in self._list(pictures):
            self._move(path, path.replace(pictures, pictures + mark, 1))
        log = f"sessions/{session_id}.jsonl"
        if self._exists(log):
            self._move(log, log + mark)
        self._remove(f"ends/{session_id}.json")

    def _move(self, path: str, to: str) -> None:
        self.write(to, self.read(path))
        self._remove(path)

    def _remove(self, path: str) -> None:
        """Where an answer was lost, it is gone when it is asked for again."""

        def remove() -> None:
            with suppress(FileNotFoundError):
                self._files.rm_file(f"{self._root}/{path}")

        self._patiently(f"remove {path}", remove)

    def _exists(self, path: str) -> bool:
        return bool(self._patiently("look", lambda: self._files.exists(f"{self._root}/{path}")))

    def read_card(self) -> RunCard | None:
        """The run card; None where no run has begun.

        Raises:
            FolderError: it is not one.
            StoreError: it cannot be read.
        """
        if not self._exists("run.json"):
            return None
        try:
            return decode_card(self.read("run.json"))
        except msgspec.DecodeError as error:
            raise FolderError(f"cannot read {self.place}/run.json: {error}") from error

    def _list(self, folder: str) -> list[str]:
        """Paths of a folder's entries, relative to the root; empty when there is no such folder."""

        def names() -> list[str]:
            try:
                found = self._files.ls(f"{self._root}/{folder}".rstrip("/"), detail=False)
            except FileNotFoundError:
                return []
            return [f"{folder}/{str(p).rstrip('/').rpartition('/')[2]}" for p in found]

        return sorted(self._patiently(f"list {folder}", names))

    def _patiently(self, what: str, ask: Callable[[], Answer]) -> Answer:
        """Ask; again after a growing pause when it fails.

        Raises:
            StoreError: it failed as often as it may. Back ends raise whatever they like.
        """
        cause: Exception | None = None
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
            try:
                return ask()
            except Exception as error:
                cause = error
        raise StoreError(f"cannot {what} in {self.place}: {cause}") from cause
