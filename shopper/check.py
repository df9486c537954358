"""What `shopper doctor` finds, as data."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["ok", "warning", "missing", "optional"]
"""``missing`` keeps `shopper run` from working; ``warning`` does not; ``optional`` is absent and
only needed for other commands."""
Fact = str | int | float | bool | None | list[str]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at: what was found and, unless all is well, what to do."""

    area: str
    state: State
    found: str
    advice: str = ""
    facts: dict[str, Fact] = {}
