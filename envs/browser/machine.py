"""How much memory processes really hold, and how much of the machine may be used.

Shared pages are divided among those that share them (PSS), so that the parts of a browser add up.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")


def megabytes(processes: Iterable[psutil.Process]) -> float:
    """What the processes hold together, in MB: PSS, or what is theirs alone (USS) where the system
    does not tell. Those that have ended, or are not ours to ask, count nothing."""
    total = 0
    for process in processes:
        try:
            info = process.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(info, "pss", info.uss)
    return total / 1e6


def family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; empty when it has ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def running(process: psutil.Process) -> bool:
    """Whether it still works; what has ended and waits to be noticed does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def cores() -> int:
    """Processor cores this process may use: by its affinity, and by the quota of its container."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    count = allowed or 1
    quota, _, period = _control("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        count = min(count, max(1, int(quota) // int(period)))
    return count


def free_megabytes() -> float:
    """Memory that may still be taken, in MB: the machine's, or what its container leaves."""
    free: float = psutil.virtual_memory().available
    limit = _control("memory.max")
    if limit.isdigit():
        free = min(free, int(limit) - int(_control("memory.current") or 0))
    return max(0.0, free / 1e6)


def _control(name: str) -> str:
    """A control group's setting, empty where there is none."""
    try:
        return (_CGROUP / name).read_text().strip()
    except OSError:
        return ""
