"""What can go wrong in reasoning synthesis; every message says what, where and what to do."""

from __future__ import annotations


class SynthesisError(ValueError):
    """An argument or a file of the synthesis is wrong."""


class BatchError(Exception):
    """The batch service failed; what was answered so far is in the store."""
