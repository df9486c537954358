"""Which tests are fast: those that load neither PyTorch nor a browser nor a model, nor take long.

PyTorch and what stands on it take longer to import than all fast tests take to run, so a file that
needs it is known by its text, and ``--fast`` does not even import it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

SLOWER = ("browser", "model", "torch", "slow", "long")
"""A test with one of these marks is not fast."""
BROWSER_FIXTURES = frozenset({"browser", "page", "context", "environment"})
NEEDS_TORCH = re.compile(r'^(?:\w+(?:: Any)? = )?pytest\.importorskip\("torch"\)', re.M)


@cache
def needs_torch(path: Path) -> bool:
    """Whether a test file asks for PyTorch at its top."""
    return path.suffix == ".py" and bool(NEEDS_TORCH.search(path.read_text("utf-8")))


def mark(item: pytest.Item) -> None:
    """Adds the marks that follow from what a test asks for."""
    if BROWSER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.browser)
    if needs_torch(item.path):
        item.add_marker(pytest.mark.torch)


def longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Whole files, those that take long before the others: of two processes that take one file
    after the other, neither is then left with a long one at the end."""

    def rank(name: str) -> set[Path]:
        return {item.path for item in items if item.get_closest_marker(name)}

    model, slow = rank("model"), rank("slow")
    return sorted(items, key=lambda item: (item.path not in model, item.path not in slow))


def is_fast(item: pytest.Item) -> bool:
    return not any(item.get_closest_marker(name) for name in SLOWER)
