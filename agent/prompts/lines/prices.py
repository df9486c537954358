"""Amounts of money in texts, as English, German, French and Spanish pages write them."""

from __future__ import annotations

import re

_APART = ".,'’ \u00a0\u2009\u202f"
"""Between thousands, or a number and its currency."""
_DIGITS = rf"\d{{1,3}}(?:[{_APART}]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?"
_SIGN = r"(?:(?:US|CA?|AU?|NZ|HK)?\$|[€£¥₹])"
_CODE = r"\b(?:usd|eur|gbp|chf|cad|aud)"
_WORD = r"(?:dollars?|euros?|pounds?|dólar(?:es)?|usd|eur|gbp|chf|cad|aud)\b"
_BARE = rf"(?<![\d.,])(?:{_DIGITS})"
"""A number from its beginning: the ``5`` of a rating ``4,5`` is none."""
_AMOUNT = re.compile(
    rf"(?:{_SIGN}|{_CODE})\s?(?P<after>{_DIGITS})"
    rf"|(?P<euros>\d+)€(?P<cents>\d\d)(?!\d)"
    rf"|(?P<before>{_BARE})(?:[.,][-–—]{{1,2}})?(?:\s?{_SIGN}|[\s-]?{_WORD})",
    re.IGNORECASE,
)


def amount_in(text: str) -> float | None:
    """The first amount with a currency that a text names, in that currency; None without one."""
    found = _AMOUNT.search(text)
    if found is None:
        return None
    if found["euros"]:
        return float(f"{found['euros']}.{found['cents']}")
    return _number(found["after"] or found["before"])


def dearer(text: str, most: float) -> bool:
    """Whether a text names an amount, and more than `most`."""
    amount = amount_in(text)
    return amount is not None and amount > most


def _number(digits: str) -> float:
    """An amount as it is written: the last point or comma before one or two digits is decimal."""
    whole, mark, cents = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    plain = re.sub(r"\D", "", whole)
    return float(f"{plain}.{cents}" if mark else plain)
