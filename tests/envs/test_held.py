"""What was held back is told in one sentence."""

from __future__ import annotations

from envs.held import Held
from envs.sieve import Sieve


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
        'POST https://shop.example/order with card after "Next" was held back: '
        "it says that it places an order"
    )


def test_a_press_is_told_by_its_words() -> None:
    held = Held(layer="words", reason="what it says is that it orders", pressed="place_order")
    assert held.sentence == '"place_order" was held back: what it says is that it orders'


def test_a_secret_that_a_page_puts_into_an_address_is_not_told() -> None:
    sieve = Sieve()
    sieve.add("hunter22")
    held = Held(layer="request", reason="it is one", method="GET", address="http://s/o/hunter22")
    assert held.through(sieve).address == "http://s/o/[secret]"
