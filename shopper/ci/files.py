"""Where what came of a run is told: the files that ``--junit`` and ``--summary`` name, and GitHub.

Whether they can be written is seen before anybody shops.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from shopper.ci.account import Account, broke_off
from shopper.ci.github import commands, step_summary
from shopper.ci.junit import junit
from shopper.ci.markdown import markdown
from shopper.failure import Failure
from shopper.workflow import heard, in_a_workflow

UNTOLD = "it has not ended: it is at work, was killed, or could not write this file"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told where: of `command`, about `title`, which `file` said how to do. `out` is
    the folder of the run; files in it are not made before the run has claimed it."""

    command: str
    title: str
    junit: Path | None = None
    summary: Path | None = None
    out: Path | None = None
    file: Path | None = None


class Teller:
    """Takes the account of what was done; `telling` writes it down."""

    def __init__(self) -> None:
        self.account: Account | None = None

    def __call__(self, account: Account) -> None:
        self.account = account


@contextmanager
def telling(wanted: Wanted) -> Iterator[Teller]:
    """While the block runs, the JUnit file says that the work has not ended, so that a file of an
    earlier run is never taken for this one's; after it, what the teller was told, or how the block
    failed.

    Raises:
        Failure: a file cannot be written; before the block runs, wherever that can be known.
    """
    _check(wanted)
    teller = Teller()
    try:
        yield teller
    except BaseException as error:
        _try_to_tell(wanted, teller.account or _of_failure(wanted, error))
        raise
    if teller.account is not None:
        _tell(wanted, teller.account)


def _of_failure(wanted: Wanted, error: BaseException) -> Account:
    said = error.message if isinstance(error, click.ClickException) else str(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        said = "stopped"
    return broke_off(wanted.command, wanted.title, said or type(error).__name__, wanted.file)


def _check(wanted: Wanted) -> None:
    """Begin the files with what is true until more is known."""
    if wanted.junit and wanted.summary and _same(wanted.junit, wanted.summary):
        raise Failure("--junit and --summary name one file; name two", exit_code=2)
    waiting = broke_off(wanted.command, wanted.title, UNTOLD, wanted.file)
    if wanted.junit is not None:
        _begin("--junit", wanted.junit, junit(waiting), wanted.out)
    if wanted.summary is not None:
        _begin("--summary", wanted.summary, markdown(waiting).encode(), wanted.out)


def _begin(option: str, path: Path, content: bytes, out: Path | None) -> None:
    if path.is_dir():
        raise Failure(f"{option} {path} is a folder; name a file", exit_code=2)
    try:
        if _in_new_folder(path, out):
            _check_access(path)
        elif path.exists() and not path.is_file():
            path.open("ab").close()  # a pipe or a terminal is told once, at the end
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise _cannot_write(option, path, error, exit_code=2) from error


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _in_new_folder(path: Path, out: Path | None) -> bool:
    """Whether a file there would be in the way of a run that begins in `out`."""
    if out is None or (out / "run.json").exists():
        return False
    return out.resolve() in path.resolve().parents


def _check_access(path: Path) -> None:
    """
    Raises:
        OSError: the folder that there is of those `path` lies in takes no files.
    """
    there = next(folder for folder in path.resolve().parents if folder.exists())
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{there} takes no files")


def _try_to_tell(wanted: Wanted, account: Account) -> None:
    """Of work that failed: how it failed must not be hidden by a file that cannot be written."""
    try:
        _tell(wanted, account)
    except Failure as failure:
        click.echo(f"Error: {failure.message}", err=True)


def _tell(wanted: Wanted, account: Account) -> None:
    text = markdown(account)
    if wanted.junit is not None:
        _write("--junit", wanted.junit, junit(account))
    if wanted.summary is not None:
        _write("--summary", wanted.summary, text.encode())
    _append_to_step(wanted, text)
    if in_a_workflow():
        with heard():
            for line in commands(account):
                click.echo(line, err=True)


def _write(option: str, path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise _cannot_write(option, path, error, exit_code=1) from error


def _append_to_step(wanted: Wanted, text: str) -> None:
    """A build's page that cannot be added to is no fault of the site's."""
    step = step_summary()
    if step is None or (wanted.summary is not None and _same(step, wanted.summary)):
        return
    try:
        with step.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        click.echo(f"GITHUB_STEP_SUMMARY: {step}: {error.strerror or error}", err=True)


def _cannot_write(option: str, path: Path, error: OSError, exit_code: int) -> Failure:
    return Failure(f"{option} {path} cannot be written: {error.strerror or error}", exit_code)
