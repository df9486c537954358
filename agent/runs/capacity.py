"""How many customers this machine carries at once, by its cores, its memory and who decides."""

from __future__ import annotations

from pathlib import Path

from agent.policies.registry import Kind, find
from envs.browser.machine import cores, free_megabytes

CUSTOMER_MB = 150.0
"""Of a customer's window and their share of the browser: measured 110 in the embedded shop
(docs/performance.md), and room for heavier pages."""
_ITSELF_MB = 1000.0
"""Of the run, the browser's own processes, the gateway and the embedded shop."""
_MODEL_MB = 2000.0
_PER_CORE: dict[Kind, int] = {"remote": 16, "model": 4, "light": 4}
"""A customer of a remote model waits most of the time; others keep a core busy."""
_MOST = 64
_ACCELERATORS = ("nvidia[0-9]*", "kfd")
"""Devices on which a model decides beside the cores."""


def customers_at_once(policy: str) -> int:
    """A good number for this machine, when nobody says one."""
    kind = _kind(policy)
    by_cores = _PER_CORE[kind] * cores()
    if kind == "model" and not _accelerated():
        by_cores = cores() - 1  # the model takes all cores it gets, and the browser needs one
    return max(1, min(_MOST, by_cores, _fitting(kind)))


def _accelerated() -> bool:
    return any(any(Path("/dev").glob(pattern)) for pattern in _ACCELERATORS)


def too_many(policy: str, at_once: int) -> str | None:
    """What is wrong with so many at once on this machine, in one sentence; None if nothing."""
    fitting = _fitting(_kind(policy))
    if at_once <= max(1, fitting):
        return None
    return (
        f"{at_once} customers at once may need {at_once * CUSTOMER_MB / 1000:.0f} GB of memory and "
        f"{free_megabytes() / 1000:.0f} GB are free; --concurrency {max(1, fitting)} fits"
    )


def _kind(policy: str) -> Kind:
    """A policy that is not known may hold a model."""
    backend = find(policy)
    return "model" if backend is None else backend.kind


def _fitting(kind: Kind) -> int:
    """Customers that fit into the free memory."""
    taken = _ITSELF_MB + (_MODEL_MB if kind == "model" else 0.0)
    return int((free_megabytes() - taken) / CUSTOMER_MB)
