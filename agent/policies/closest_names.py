"""The names on a page that are closest to one that is not there."""

from __future__ import annotations

from difflib import SequenceMatcher


def closest_names(wanted: str, names: list[str], count: int = 5) -> list[str]:
    """The `count` names most like `wanted`, best first."""
    plain = wanted.replace("*", "")

    def likeness(name: str) -> float:
        return SequenceMatcher(None, plain, name, autojunk=False).ratio()

    return sorted(names, key=likeness, reverse=True)[:count]
