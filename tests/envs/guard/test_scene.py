"""What kind of page it is, what a press says, and which dialogs are answered with No."""

from __future__ import annotations

import pytest

from envs.guard.dialogs import may_order
from envs.guard.scene import Press, Signs, place_of

URL = "https://shop.example/"


@pytest.mark.parametrize(
    ("signs", "place"),
    [
        (Signs(pay=True), "checkout"),
        (Signs(provider=True), "checkout"),
        (Signs(address=3), "checkout"),
        (Signs(address=1), "elsewhere"),
        (Signs(review=True, total=True), "checkout"),
        (Signs(total=True), "elsewhere"),
        (Signs(finals=("Place order",)), "checkout"),
        (Signs(finals=("Buy now",), adds=True), "product"),
        (Signs(finals=("Buy now", "Buy now")), "product"),
        (Signs(total=True, url=URL + "checkout/review"), "checkout"),
        (Signs(finals=("Submit bid",)), "product"),
        (Signs(adds=True), "product"),
        (Signs(), "elsewhere"),
    ],
)
def test_kinds_of_pages(signs: Signs, place: str) -> None:
    assert signs.place == place
    assert place_of([Signs(), signs]) == place


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Apply coupon", "safe"),
        ("Edit order", "safe"),
        ("Track my order", "safe"),
        ("Payment methods", "safe"),
        ("Log in", "safe"),
        ("Check delivery", "safe"),
        ("Check out", "leads"),
        ("Sign up for $9 a month", "unknown"),
        ("Debit my account", "unknown"),
        ("Ship it", "unknown"),
        ("Lieferung beauftragen", "unknown"),
        ("Show and pay", "buys"),
        ("Send to this address", "unknown"),
        ("Proceed to checkout", "leads"),
        ("Zur Kasse", "leads"),
        ("Save and pay", "buys"),
        ("Checkout and pay", "buys"),
        ("Finish", "unknown"),
        ("Continue", "unknown"),
        ("Subscribe now", "unknown"),
        ("Start free trial, then $9 a month", "unknown"),
        ("予約を確定する", "unknown"),
        ("", "nothing"),
    ],
)
def test_what_a_press_says(words: str, says: str) -> None:
    assert Press(words).says == says


def test_a_search_field_says_that_it_searches() -> None:
    assert Press("order", "search").says == "safe"
    assert Press("note", typed=True).says == "unknown"


@pytest.mark.parametrize(
    ("said", "checking_out", "orders"),
    [
        ("Place the order?", False, True),
        ("Debit $20 from card ending 4242?", False, True),
        ("Total: 20,00. OK?", False, True),
        ("Cancel your order?", False, True),
        ("Are you sure?", False, False),
        ("Are you sure?", True, True),
        ("Remove this item?", True, False),
        ("Diesen Artikel entfernen?", True, False),
        ("Leave this page? Changes are not saved.", True, False),
    ],
)
def test_dialogs(said: str, checking_out: bool, orders: bool) -> None:
    assert may_order(said, checking_out) is orders
