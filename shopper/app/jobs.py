"""Runs and studies as processes of their own, which outlive the app.

Each has a record in the app's own folder: the command line, the process, what it printed, how it
ended. Nothing of it is needed to go on: a run is known by its folder, and a record by its files.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from agent.atomic_write import write_json
from agent.parsing import from_json
from shopper.app.own_folder import OwnFolder
from shopper.plain_text import plain_text
from shopper.run_list import Kind

TOLD = 20_000
"""Bytes at the end of a log that are looked at for what it says last."""


class CannotStart(Exception):
    """A run cannot be started; says why."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """``NAME.json``: `arguments` are those of ``shopper``, `begun` the process' own start."""

    name: str
    kind: Kind
    title: str
    arguments: tuple[str, ...]
    started_at: datetime
    pid: int | None = None
    begun: float = 0.0


class Job:
    """A record with its files."""

    def __init__(self, folder: Path, record: Record) -> None:
        self._folder = folder
        self.record = record
        self.name, self.kind, self.title = record.name, record.kind, record.title
        self.started_at = record.started_at

    @property
    def log(self) -> Path:
        return self._folder / f"{self.name}.log"

    @property
    def alive(self) -> bool:
        """Whether its process is still there, and not another of the same number."""
        if self.record.pid is None:
            return False
        try:
            process = psutil.Process(self.record.pid)
            same = abs(process.create_time() - self.record.begun) < 2.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def said(self) -> str:
        """What it said last: the sentence of what went wrong, if there is one."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - TOLD))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        told = [plain_text(line).strip() for line in lines if line.strip()]
        errors = [line.removeprefix("Error: ") for line in told if line.startswith("Error: ")]
        if errors:
            return errors[-1]
        return "it ended without a word, as a process does that is killed"

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does."""
        if self.alive and self.record.pid is not None:
            os.kill(self.record.pid, signal.SIGINT)


class Jobs:
    """What was started in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self._folder = OwnFolder(root).jobs
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def all(self) -> dict[str, Job]:
        """By name; records that cannot be read are passed over."""
        self._bury()
        found = (self._read(path) for path in self._folder.glob("*.json"))
        return {job.name: job for job in found if job is not None}

    def find(self, name: str) -> Job | None:
        self._bury()
        return self._read(self._folder / f"{name}.json")

    def file(self, name: str) -> Path:
        """Where a file of the job `name` goes, such as a study's."""
        return self._folder / name

    def write(self, name: str, text: str) -> Path:
        """Keep such a file.

        Raises:
            CannotStart: it cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.file(name).write_text(text, "utf-8")
        except OSError as error:
            raise CannotStart(cannot_write(self._folder, error)) from error
        return self.file(name)

    def start(self, name: str, kind: Kind, title: str, arguments: tuple[str, ...]) -> Job:
        """Let ``shopper`` run with these `arguments`, in a session of its own.

        Raises:
            CannotStart: the folder cannot be written, or no process can be had.
        """
        record = Record(
            name=name, kind=kind, title=title, arguments=arguments, started_at=datetime.now(UTC)
        )
        job = Job(self._folder, record)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with job.log.open("wb") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", "shopper", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            begun = psutil.Process(child.pid).create_time()
            record = msgspec.structs.replace(record, pid=child.pid, begun=begun)
            write_json(self._folder / f"{name}.json", record)
        except (OSError, psutil.Error) as error:
            raise CannotStart(cannot_write(self._folder, error)) from error
        self._children[name] = child
        return Job(self._folder, record)

    def forget(self, name: str) -> None:
        """Remove the record of what is no longer there."""
        for path in self._folder.glob(f"{name}.*"):
            path.unlink(missing_ok=True)

    def _read(self, path: Path) -> Job | None:
        try:
            return Job(self._folder, from_json(path.read_bytes(), Record))
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return None

    def _bury(self) -> None:
        """Take notice of children that have ended."""
        for name, child in list(self._children.items()):
            if child.poll() is not None:
                del self._children[name]


def cannot_write(folder: Path, error: Exception) -> str:
    """One sentence for a folder in which nothing can be kept, with what to do."""
    if not isinstance(error, OSError):
        return f"nothing can be started: {error}"
    if error.errno == errno.ENOSPC:
        return f"the disk is full: free some space, and try again ({folder})"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"nothing may be written to {folder}: allow it, or start the app with another folder, "
            "`shopper app FOLDER`"
        )
    return f"cannot write to {folder}: {error.strerror or error}"
