"""What was held back is told in one sentence."""

from __future__ import annotations

from envs.held import Held


def test_a_request_is_told_by_method_and_address() -> None:
    held = Held(
        layer="request",
        reason="it says that it places an order",
        pressed="Next",
        method="POST",
        address="https://shop.example/order",
        keys=("card",),
    )
    assert held.sentence == (
        "POST https://shop.example/order was held back: it says that it places an order"
    )


def test_a_press_is_told_by_its_words() -> None:
    held = Held(layer="words", reason="what it says is that it orders", pressed="place_order")
    assert held.sentence == '"place_order" was held back: what it says is that it orders'
