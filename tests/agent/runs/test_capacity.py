"""Customers at once, by this machine."""

from __future__ import annotations

from pathlib import Path

import psutil

from agent.runs.capacity import customers_at_once, too_many
from envs.browser.machine import cores, free_megabytes


def test_a_default_is_for_this_machine() -> None:
    light, model, remote = map(customers_at_once, ("scripted:x", "smollm2", "openai:m@http://x"))
    assert 1 <= model <= light <= remote
    assert light <= 4 * cores()
    assert (
        model <= max(1, cores() - 1)
        or any(Path("/dev").glob("nvidia*"))
        or Path("/dev/kfd").exists()
    )
    assert remote * 150 <= max(150, free_megabytes())


def test_what_does_not_fit_is_said_with_what_does() -> None:
    assert too_many("scripted:x", 1) is None
    much = int(psutil.virtual_memory().total / 1e6)
    said = too_many("scripted:x", much)
    assert said is not None
    assert f"{much} customers at once may need" in said
    assert "--concurrency" in said
