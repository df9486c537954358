"""Amounts are read as English, German, French and Spanish pages write them."""

from __future__ import annotations

import pytest

from agent.prompts.lines.memory import memory_of
from agent.prompts.lines.prices import amount_in, dearer


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$1,299.00", 1299),
        ("£1,299", 1299),
        ("US$ 4.50", 4.5),
        ("1.299,00 US$", 1299),
        ("Model 5-$20", 20),
        ("a 50-euro budget", 50),
        ("1.299,00 €", 1299),
        ("49,90 €", 49.9),
        ("49,90\u00a0€", 49.9),
        ("12,5 €", 12.5),
        ("1.299 €", 1299),
        ("1.299,- €", 1299),
        ("49,\u2013 €", 49),
        ("EUR 1.299,00", 1299),
        ("49,90 EUR", 49.9),
        ("1 299,00 €", 1299),
        ("1\u202f299,00\u202f€", 1299),
        ("49€90", 49.9),
        ("CHF 1'299.00", 1299),
        ("1.299.000,50 €", 1299000.5),
        ("ab 49,90 €/kg", 49.9),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, amount: float) -> None:
    assert amount_in(text) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [("4,5 129,00 €", 129), ("4.5 129 €", 129), ("4,5 von 5 (123) 49,90 €", 49.9)],
)
def test_a_rating_before_a_price_is_no_part_of_it(text: str, amount: float) -> None:
    assert amount_in(text) == amount


@pytest.mark.parametrize("text", ["size 42", "5 europa", "Neuro 5", "4,5", "3 libras", "1.299", ""])
def test_what_names_no_currency_is_no_amount(text: str) -> None:
    assert amount_in(text) is None


@pytest.mark.parametrize(
    ("intent", "most"),
    [
        ("Ich brauche eine Lampe, für höchstens 1.000 €.", 1000),
        ("eine Lampe unter 49,90 Euro", 49.9),
        ("une lampe, pour moins de 1 000 €", 1000),
        ("una lámpara, por menos de 1.000 euros", 1000),
        ("a lamp for less than $1,000", 1000),
        ("eine Lampe", None),
    ],
)
def test_what_may_be_spent_is_read_from_the_goal(intent: str, most: float | None) -> None:
    assert memory_of([], intent).most == most


def test_an_amount_is_held_against_the_limit() -> None:
    assert dearer("1.299,00 €", 999)
    assert not dearer("49,90 €", 50)
    assert not dearer("no price", 50)
