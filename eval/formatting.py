"""Plain words for what the logs hold: deeds, durations, counts.

Everything here returns plain text; escaping is the template's business. Knows steps and actions,
not pages or files.
"""

from __future__ import annotations

from collections.abc import Iterable

_SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 step``, ``12 steps``, ``1,200 steps``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def number(value: int) -> str:
    """Small numbers in letters, as in running text."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else f"{value:,}"


def sentence(clauses: Iterable[str]) -> str:
    """Clauses joined to one sentence: ``A, b and c.`` Empty without clauses."""
    parts = [clause for clause in clauses if clause]
    if not parts:
        return ""
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{text[0].upper()}{text[1:]}."


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def elapsed(seconds: float) -> str:
    """A duration in whole seconds, as of a clock that is looked at: ``4 s``, ``3 min 20 s``."""
    return f"{seconds:.0f} s" if seconds < 10 else duration(seconds)


def percent(share: float | None, digits: int = 0) -> str:
    """``33 %``; an en dash where there is no share."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def dollars(amount: float) -> str:
    """``$1,234.50``, and what is less than a dollar to the hundredth of a cent: ``$0.0123``."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def size(count_of_bytes: float) -> str:
    """``4.2 MB``."""
    return f"{count_of_bytes / 1e6:.1f} MB"
