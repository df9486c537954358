"""What a dialog's OK could mean where no order may be placed."""

from __future__ import annotations

import re

from envs.guard.words import ASKED_ANYWHERE, CARDS, said_words
from envs.page.phrases import says_order

_MONEY = re.compile(
    r"[$€£¥₹₩₽₺₴]|\b\d+[.,]\d{2}\b|\b(?:usd|eur|gbp|chf|jpy|cny|inr|brl|kr|sek|nok|dkk|pln|czk|huf)\b",
    re.IGNORECASE,
)


def may_order(said: str, checking_out: bool) -> bool:
    """Whether answering a dialog that says this with OK may place an order: it speaks of one, of
    money or of a card; or, in a checkout, of nothing that is known."""
    words = {*said_words(said)}
    if says_order(said) or _MONEY.search(said) or words & CARDS:
        return True
    return checking_out and not words & ASKED_ANYWHERE
