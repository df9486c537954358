"""Amounts of money in texts."""

from __future__ import annotations

import re

_DIGITS = r"\d{1,3}(?:[.,\u00a0 ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SIGN = r"[$€£¥]|(?:dollars?|euros?|pounds?|usd|eur|gbp)\b"
_AMOUNT = re.compile(
    rf"(?:[$€£¥]\s?(?P<after>{_DIGITS}))|(?P<before>{_DIGITS})\s?(?:{_SIGN})", re.I
)


def amount_in(text: str) -> float | None:
    """The first amount with a currency that a text names, in that currency; None without one."""
    found = _AMOUNT.search(text)
    return None if found is None else _number(found["after"] or found["before"])


def dearer(text: str, most: float) -> bool:
    """Whether a text names an amount, and more than `most`."""
    amount = amount_in(text)
    return amount is not None and amount > most


def _number(digits: str) -> float:
    """An amount as it is written: the last point or comma before one or two digits is decimal."""
    whole, mark, cents = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    plain = re.sub(r"\D", "", whole)
    return float(f"{plain}.{cents}" if mark else plain)
