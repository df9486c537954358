"""Standard input, output and errors as a command finds them: closed, full, or with nobody reading.

What the shell closed (``>&-``) is opened to nowhere: a file opened later would get its number, and
with it what other processes print. A message that cannot be written is lost and nothing else is:
who stops reading a run's progress does not stop the run. Output that cannot be written is an error.
Nothing that is printed commands the terminal (`shopper.plain_text`).
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast

from shopper.plain_text import PlainStream

_NAMES = ("stdin", "stdout", "stderr")


def prepare() -> None:
    """Make all three streams usable; to be called before anything else is opened."""
    for number, name in enumerate(_NAMES):
        if getattr(sys, name) is None and not _is_open(number):
            setattr(sys, name, _nowhere(number))
    ours = sys.stderr is sys.__stderr__  # not one that a program we are called from put there
    if ours and isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr.fileno() == 2:
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Unheard(2, "w", closefd=False)),
            encoding=sys.stderr.encoding,
            errors=sys.stderr.errors,
            line_buffering=True,
        )
    sys.stdout = cast(TextIO, PlainStream(sys.stdout))
    sys.stderr = cast(TextIO, PlainStream(sys.stderr))


def give_up_output() -> None:
    """Write what can be written of the output, after an error: Python tries once more at its end,
    and would say that it cannot."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class _Unheard(io.FileIO):
    """Takes what cannot be written for written."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _nowhere(number: int) -> TextIO:
    """The null device under a file's number, open for our child processes too."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    os.set_inheritable(number, True)
    return os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)
