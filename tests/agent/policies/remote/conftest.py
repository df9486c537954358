"""What the tests of policies behind an API share."""

from __future__ import annotations

import pytest

from agent.policies.remote import retry


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once, where how long is waited between is not what is tested."""
    monkeypatch.setattr(retry, "_FIRST_PAUSE", 0.01)
