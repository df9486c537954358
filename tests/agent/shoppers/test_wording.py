"""Wants, intents, searches, typos, revisions, reasons."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from agent.shoppers import ShoppingGoal, population, read_goal, visits_of
from agent.shoppers.language import CODES
from agent.shoppers.parameters import DEFAULT
from agent.shoppers.shopping_goal import GOALS, sizes_said, write_goal
from agent.shoppers.typing_slips import typos
from agent.shoppers.wording import first_search, intended, next_search, revision_of
from envs.shop.assortment import assortment


@st.composite
def wants(draw: st.DrawFn) -> ShoppingGoal:
    code = draw(st.sampled_from(CODES))
    sold = assortment(code)
    kind = draw(st.sampled_from([t for d in sold.departments for t in d.types]))
    palette, sizes = sold.palettes[kind.colours], sizes_said(kind, code)
    return ShoppingGoal(
        noun=kind.noun,
        goal=draw(st.sampled_from(GOALS)),
        qualifier=draw(st.none() | st.sampled_from(kind.qualifiers)),
        colour=draw(st.none() | st.sampled_from(palette)) if palette else None,
        size=draw(st.none() | st.sampled_from(sizes)) if sizes else None,
        most=draw(st.none() | st.integers(1, 500).map(lambda n: 100 * n)),
        language=code,
    )


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(wants(), st.randoms(use_true_random=False))
def test_a_want_can_be_read_from_its_intent(want: ShoppingGoal, rng: Random) -> None:
    text = write_goal(want, rng)
    read = read_goal(text)
    assert (read.language, read.noun, read.goal, read.size, read.most) == (
        want.language,
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
    want, user = read_goal("a warm blanket for the sofa"), next(population(3))
    tried: tuple[str, ...] = ("warm blanket",)
    while texts := next_search(want, user, tried, False, DEFAULT):
        tried = (*tried, max(texts, key=lambda t: texts[t]))
    assert set(tried) == {"warm blanket", "warm blanket sofa", "blanket"}


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("a warm blanket for the sofa", "blanket"),
        ("a birthday present for a friend who likes tea", "present"),
        ("a tent for a family of four", "tent"),
        ("a waterproof backpack for cycling to work", "backpack"),
        ("noise cancelling headphones, the best ones you have", "headphones"),
        ("a set of adjustable dumbbells", "dumbbell"),
    ],
)
def test_a_first_search_names_the_thing_itself(text: str, nouns: str) -> None:
    for number in range(30):
        user = next(population(number))
        for typed in first_search(read_goal(text), user, DEFAULT):
            assert nouns in intended(typed, read_goal(text)), typed


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("red mug", "mug", "drop"),
        ("mug", "red mug", "add"),
        ("red mug", "blue mug", "replace"),
        ("red mug", "mug red", "reorder"),
        ("red mug", "tea", "new"),
    ],
)
def test_revisions_are_told_apart(before: str, after: str, kind: str) -> None:
    assert revision_of(before, after) == kind


def test_bad_typists_mistype_more() -> None:
    import msgspec

    want, user = ShoppingGoal(noun="Headphones"), next(population(1))
    good, bad = (msgspec.structs.replace(user, typing=t) for t in (1.0, 0.0))
    assert set(first_search(want, good, DEFAULT)) < set(first_search(want, bad, DEFAULT))


def test_users_are_the_same_for_the_same_seed_and_differ_from_each_other() -> None:
    first = list(islice(population(4), 50))
    assert first == list(islice(population(4), 50))
    assert first != list(islice(population(5), 50))
    assert len({u.text for u in first}) > 45
    assert visits_of(first[3]) == visits_of(first[3])
    assert len({v.id for u in first for v in visits_of(u)}) == sum(len(visits_of(u)) for u in first)
