"""What is wrong with what a run brings along. No message repeats a credential."""

from __future__ import annotations


class AccessError(ValueError):
    """Credentials, a file or an option that cannot be used; one sentence that says what to do."""
