"""Wants, intents, searches, typos, revisions, reasons."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from agent.shoppers import ShoppingGoal, population, read_goal, visits_of
from agent.shoppers.choices import Choice
from agent.shoppers.parameters import DEFAULT
from agent.shoppers.reasons import _FAMILIES, say
from agent.shoppers.shopping_goal import GOALS, sizes_said, write_goal
from agent.shoppers.wording import first_search, intended, next_search, typos
from envs.actions import Terminate
from envs.shop.assortment import assortment

TYPES = [t for d in assortment().departments for t in d.types]


@st.composite
def wants(draw: st.DrawFn) -> ShoppingGoal:
    kind = draw(st.sampled_from(TYPES))
    palette = assortment().palettes[kind.colours]
    return ShoppingGoal(
        noun=kind.noun,
        goal=draw(st.sampled_from(GOALS)),
        qualifier=draw(st.none() | st.sampled_from(kind.qualifiers)),
        colour=draw(st.none() | st.sampled_from(palette)) if palette else None,
        size=draw(st.none() | st.sampled_from(sizes_said(kind))) if sizes_said(kind) else None,
        most=draw(st.none() | st.integers(1, 500).map(lambda n: 100 * n)),
    )


@settings(max_examples=300, deadline=None)
@given(wants(), st.randoms(use_true_random=False))
def test_a_want_can_be_read_from_its_intent(want: ShoppingGoal, rng: Random) -> None:
    text = write_goal(want, rng)
    read = read_goal(text)
    assert (read.noun, read.goal, read.size, read.most) == (
        want.noun,
        want.goal,
        want.size,
        want.most,
    ), text
    # A colour or quality may be read from other words of the intent, but none is lost.
    assert want.qualifier is None or read.qualifier is not None
    assert want.colour is None or read.colour is not None


@pytest.mark.parametrize(
    ("text", "noun", "most"),
    [
        ("a blender under 100 dollars", "Blender", 10000),
        ("running shoes in size 8", "Running Shoes", None),
        ("a gaming mouse", "Mouse", None),
        ("something for a birthday", "", None),
    ],
)
def test_anyones_intent_is_understood_as_far_as_it_goes(
    text: str, noun: str, most: int | None
) -> None:
    want = read_goal(text)
    assert (want.noun, want.most) == (noun, most)
    assert want.thing


@settings(max_examples=150, deadline=None)
@given(wants(), st.integers(0, 400), st.booleans())
def test_searches_have_probabilities_that_add_up(
    want: ShoppingGoal, number: int, few: bool
) -> None:
    user = next(islice(population(number), 1))
    first = first_search(want, user, DEFAULT)
    assert sum(first.values()) == pytest.approx(1.0)
    tried = (max(first, key=lambda t: first[t]),)
    for _ in range(6):
        texts = next_search(want, user, tried, few, DEFAULT)
        if not texts:
            break
        assert sum(texts.values()) == pytest.approx(1.0)
        assert all(text.strip() == text and text for text in texts)
        tried = (*tried, max(texts, key=lambda t: texts[t]))


@given(st.text("abcdefghij ", min_size=1, max_size=40))
def test_typos_are_slips_of_one_letter(text: str) -> None:
    plain = " ".join(text.split())
    for slip in typos(text):
        assert slip != plain
        assert len(plain) - len(slip) in (0, 1)
        assert OSA.distance(slip, plain) == 1


def test_a_typo_is_taken_back() -> None:
    want = ShoppingGoal(noun="Tee Connector", qualifier="Brass")
    for slip in typos("brass tee connector"):
        assert intended(slip, want) == "brass tee connector"


def test_a_typo_that_found_nothing_is_corrected_first() -> None:
    want = ShoppingGoal(noun="Tee Connector")
    user = next(population(1))
    texts = next_search(want, user, (typos("tee connector")[0],), True, DEFAULT)
    assert max(texts, key=lambda t: texts[t]) == "tee connector"
    assert texts["tee connector"] == pytest.approx(DEFAULT.retype, abs=0.2)


def test_whoever_has_tried_everything_searches_no_more() -> None:
    want, user = ShoppingGoal(noun="", phrase="five year old"), next(population(3))
    tried: tuple[str, ...] = ("five year old",)
    while texts := next_search(want, user, tried, False, DEFAULT):
        tried = (*tried, max(texts, key=lambda t: texts[t]))
    assert set(tried) == {"five year old", "old", "year", "five"}


def test_bad_typists_mistype_more() -> None:
    import msgspec

    want, user = ShoppingGoal(noun="Headphones"), next(population(1))
    good, bad = (msgspec.structs.replace(user, typing=t) for t in (1.0, 0.0))
    assert set(first_search(want, good, DEFAULT)) < set(first_search(want, bad, DEFAULT))


def test_every_reason_can_be_said_with_few_facts_and_quotes_no_names() -> None:
    facts = {
        "text": "yoga mat", "last": "mat", "title": "Ridgeback Cork Yoga Mat", "price": "$25",
        "stars": "4.5", "quality": "cork", "filter": "Under $50", "option": "Grey",
        "group": "colour",
    }  # fmt: skip
    want = ShoppingGoal(noun="Yoga Mat", qualifier="Cork", most=3000)
    for why, family in _FAMILIES.items():
        said = {say(Choice(Terminate(), 1.0, why, facts), want, Random(n)) for n in range(40)}
        assert len(said) == len(family)
        for sentence in said:
            assert sentence[0].isupper() or not sentence[0].isalpha()
            assert sentence[-1] in ".?!"
            assert not set('{}_"') & set(sentence)


def test_users_are_the_same_for_the_same_seed_and_differ_from_each_other() -> None:
    first = list(islice(population(4), 50))
    assert first == list(islice(population(4), 50))
    assert first != list(islice(population(5), 50))
    assert len({u.text for u in first}) > 45
    assert visits_of(first[3]) == visits_of(first[3])
    assert len({v.id for u in first for v in visits_of(u)}) == sum(len(visits_of(u)) for u in first)
