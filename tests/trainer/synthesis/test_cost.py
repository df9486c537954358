"""What a synthesis costs: by one price list, with what the service takes off."""

from __future__ import annotations

import pytest

from agent.policies.price import parse_price
from trainer.synthesis.estimate import CACHED_SHARE, cost_of
from trainer.synthesis.store import Usage

USED = Usage(asked=9, prompt_tokens=1_000_000, cached_tokens=400_000, generated_tokens=100_000)


@pytest.mark.parametrize(
    ("price", "batch", "dollars"),
    [
        ("3,15", False, 1.8 + 0.12 + 1.5),
        ("3,15", True, (1.8 + 0.12 + 1.5) / 2),
        ("3,15,3", False, 3 + 1.5),
        ("0,0", False, 0),
    ],
)
def test_cached_tokens_cost_a_tenth_and_batches_half(
    price: str, batch: bool, dollars: float
) -> None:
    parsed = parse_price(price, cached_share=CACHED_SHARE)
    assert cost_of(USED, parsed, batch=batch) == pytest.approx(dollars)
