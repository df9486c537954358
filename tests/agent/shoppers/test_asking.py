"""What a sentence asks for: head, attributes, details."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shoppers.asking import LONGEST, MOST_DETAILS, asked_for
from agent.shoppers.language import language


@pytest.mark.parametrize(
    ("text", "thing", "head", "details"),
    [
        ("a warm blanket for the sofa", "warm blanket", "blanket", ("sofa",)),
        ("I want to buy a cordless drill today.", "cordless drill", "drill", ()),
        ("a birthday present for a friend who likes tea", "birthday present", "present",
         ("friend", "tea")),
        ("slippers that are soft and warm", "slippers", "slippers", ("soft", "warm")),
        ("I need a pair of red wool socks in size 9 under $20", "red wool socks", "socks",
         ("size 9",)),
        ("Just looking for ideas, perhaps a green, waterproof tent with room for four people",
         "green waterproof tent", "tent", ("room", "four", "people")),
        ("looking for 4 ounces of loose green tea", "loose green tea", "tea", ()),
        ("an office chair under 200 dollars", "office chair", "chair", ()),
    ],
)  # fmt: skip
def test_the_thing_is_named_by_its_head_and_attributes(
    text: str, thing: str, head: str, details: tuple[str, ...]
) -> None:
    asked = asked_for(text, language("en"))
    assert (" ".join(asked.thing), asked.head, asked.details) == (thing, head, details)


@pytest.mark.parametrize("text", ["", "   ", "something nice for me", "I want it now!", "?!."])
def test_who_names_nothing_asks_for_nothing(text: str) -> None:
    assert asked_for(text, language("en")).thing == ()


def test_another_script_is_taken_as_it_stands() -> None:
    assert asked_for("我想买一个蓝色的杯子", language("en")).head == "我想买一个蓝色的杯子"


@given(st.text(max_size=3000))
def test_anything_can_be_asked_for(text: str) -> None:
    asked = asked_for(text, language("en"))
    assert len(asked.thing) <= LONGEST
    assert len(asked.details) <= MOST_DETAILS
    assert (asked.head in asked.thing) == bool(asked.thing)
    assert all(len(word) <= 40 for word in asked.thing)
