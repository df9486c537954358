"""How a command says that it did not succeed."""

from __future__ import annotations

import click


class Failure(click.ClickException):
    """The command ends with one sentence on standard error: what, where, what to do.

    `exit_code` is 1 when the work failed, 2 for a bad argument or input file.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        # click reads it from the exception, yet declares it for the class only.
        self.exit_code = exit_code  # type: ignore[misc]
