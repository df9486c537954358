"""What can go wrong in an evaluation.

Two classes, because the command line tells them apart: a wrong input (exit code 2) and work that
failed (exit code 1).
"""

from __future__ import annotations


class EvalInputError(ValueError):
    """Data, predictions or folders that cannot be evaluated; says what, where and what to do."""


class EvalError(Exception):
    """An evaluation that could not be carried out; what was reached is kept."""
