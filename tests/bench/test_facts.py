"""When a fact counts as told: strict rules, on simplified HTML of our own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bench.facts import KINDS, labels
from bench.facts_rules import Label, Old, Product, Rating, amount, told_of
from envs.observation import Element, Observation

PAGE = """<main name="main"><h1>Garden chair, oak</h1><p>4.3 out of 5 (12)</p>
<s>$30.00</s> <p>$19.99</p><p>In stock</p><button name="main.add_to_cart">Add to cart</button></main>
<footer><p>Free delivery from $1999</p></footer>"""


def seen(html: str = PAGE) -> Observation:
    button = Element("main.add_to_cart", "button", "cart")
    return Observation(url="", title="", html=html, names=(button,))


FULL = Label(
    title="Garden chair, oak",
    price="19.99",
    old=Old("30.00"),
    rating=Rating("4.3"),
    stock="In stock",
    buy="Add to cart",
)


def test_everything_is_told() -> None:
    told = told_of(FULL, seen())
    assert [fact.kind for fact in told] == list(KINDS)
    assert all(fact.told for fact in told)


def missed(html: str) -> list[str]:
    return [fact.kind for fact in told_of(FULL, seen(html)) if not fact.told]


@pytest.mark.parametrize(
    ("there", "instead", "kinds"),
    [
        ("$19.99", "$1999", ["price"]),
        ("<p>$19.99</p>", "<p>$19.99</p><p>$1999</p>", ["price"]),
        ("<p>$19.99</p>", "<s>$19.99</s>", ["price"]),
        ("<s>$30.00</s>", "<p>$30.00</p>", ["old price"]),
        ("4.3 out of 5", "43 out of 5", ["rating"]),
        ("4.3 out of 5", "4.3", ["rating"]),
        ("In stock", "", ["stock"]),
        (">Add to cart<", ">Add to list<", ["buy"]),
        ("<h1>Garden chair, oak</h1>", "<h1>Chair, oak</h1>", ["title", "price"]),
    ],
)
def test_what_is_wrong_is_missed(there: str, instead: str, kinds: list[str]) -> None:
    assert there in PAGE
    assert missed(PAGE.replace(there, instead)) == kinds


def test_an_old_price_beside_its_words() -> None:
    label = Label(title="Garden chair, oak", old=Old("30.00", beside="Was"))
    told = told_of(label, seen(PAGE.replace("<s>$30.00</s>", "<p>Was $30.00</p>")))
    assert [fact.told for fact in told] == [True, True]


CARDS = """<ul><li><a name="oak">Oak chair</a> <p>$19.99</p></li>
<li><a name="ash">Ash chair</a> <p>$24.50</p></li></ul>"""


def test_a_result_is_told_within_its_own_card() -> None:
    found = (Product("Oak chair", "19.99"), Product("Ash chair", "19.99"))
    told = told_of(Label(results=found), seen(CARDS))
    assert [fact.told for fact in told] == [True, True, True, False]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1.299,00", "1299"),
        ("1,299.00", "1299"),
        ("1 299", "1299"),
        ("1.299", "1299"),
        ("19,9", "19.9"),
        ("44\u00a0890", "44890"),
    ],
)
def test_amounts_as_they_are_written(written: str, value: str) -> None:
    assert amount(written) == Decimal(value)


def test_the_labels_are_whole() -> None:
    known = labels()
    assert len(known) >= 30
    for label in known.values():
        assert label.title or label.results or label.note
        for price in (label.price, label.old and label.old.value):
            assert price is None or Decimal(price) > 0
