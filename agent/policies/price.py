"""What tokens cost, in dollars."""

from __future__ import annotations

import msgspec

from agent.sessions.session import Cost


class BudgetError(ValueError):
    """A budget that cannot be kept as it is written; the message says how to write it."""


class Price(msgspec.Struct, frozen=True):
    """Dollars for a million tokens: of a prompt, of an answer, of a prompt found in a cache."""

    prompt: float
    answer: float
    cached: float

    @property
    def text(self) -> str:
        """As it is written: ``3,15,0.3``."""
        return ",".join(f"{part:.12g}" for part in msgspec.structs.astuple(self))


def parse_price(text: str, *, cached_share: float = 1.0) -> Price:
    """``3,15`` or, with the price of cached prompt tokens, ``3,15,0.3``: dollars for a million.
    Where that price is not given, it is `cached_share` of a fresh prompt token's.

    Raises:
        BudgetError: it is not written so.
    """
    try:
        prices = [float(part) for part in text.split(",")]
    except ValueError:
        prices = []
    if len(prices) not in (2, 3) or not all(0 <= p < float("inf") for p in prices):
        raise BudgetError(
            f"--price {text}: write dollars for a million tokens, prompt and answer and, if you "
            "like, cached prompt, for example 3,15 or 3,15,0.3"
        )
    return Price(prices[0], prices[1], prices[2] if len(prices) == 3 else cached_share * prices[0])


def dollars(cost: Cost, price: Price) -> float:
    """What tokens cost."""
    fresh = cost.prompt_tokens - cost.cached_tokens
    paid = fresh * price.prompt + cost.cached_tokens * price.cached
    return (paid + cost.generated_tokens * price.answer) / 1e6
