"""Search: what is found, typos, filters, sorting, pages, suggestions."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from envs.shop.products import make_products
from envs.shop.search import Search, SearchRequest
from envs.shop.spelling import Speller
from envs.shop.variants import Variant, variant_named
from tests.edits import edits

SEARCH = Search(make_products(1), variant_named("default"))


def found(query: str, **more: object) -> list[str]:
    request = msgspec.structs.replace(SearchRequest(query=query), **more)
    return [p.title for p in SEARCH.find(request).products]


@pytest.mark.parametrize(
    ("query", "noun"),
    [
        ("wireless headphones", "Headphones"),
        ("running shoes", "Running Shoes"),
        ("i am looking for a nonstick frying pan", "Frying Pan"),
        ("gift card", "Gift Card"),
        ("tshirt", "T-Shirt"),
        ("waterbottle", "Water Bottle"),
        ("back pack", "Backpack"),
        ("kettle", "Electric Kettle"),
        ("café coffee maker", "Coffee Maker"),
    ],
)
def test_the_first_results_are_what_was_asked_for(query: str, noun: str) -> None:
    titles = found(query)
    assert titles
    assert all(title.endswith(noun) for title in titles[:3])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tee conector", "tee connector"),
        ("wireles headphons", "wireless headphones"),
        ("blutooth speker", "bluetooth speaker"),
        ("hikng bots", "hiking boots"),
        ("coffe maker", "coffee maker"),
    ],
)
def test_typos_are_understood(typed: str, meant: str) -> None:
    results = SEARCH.find(SearchRequest(query=typed))
    assert results.corrected == meant
    assert results.products == SEARCH.find(SearchRequest(query=meant)).products


def test_exact_turns_the_correction_off() -> None:
    results = SEARCH.find(SearchRequest(query="hikng bots", exact=True))
    assert (results.corrected, results.total) == (None, 0)


def test_a_variant_can_do_without_typo_tolerance() -> None:
    strict = Search(SEARCH.products, Variant(name="strict", about="", typo_tolerance=False))
    assert strict.find(SearchRequest(query="hikng bots")).total == 0


def test_words_the_shop_does_not_know_do_not_spoil_a_search() -> None:
    assert all("Gift Card" in title for title in found("disney gift card"))


def test_a_price_limit_in_words_is_honoured() -> None:
    products = SEARCH.find(SearchRequest(query="usb cable under $15")).products
    assert products
    assert all(p.price <= 1500 for p in products)


def test_nonsense_finds_nothing() -> None:
    assert found("xqzwv kjhgfq") == []


def test_filters_leave_only_what_matches_and_combine() -> None:
    request = SearchRequest(query="hoodie", colours=("Navy",), ratings=("4",), prices=("50",))
    results = SEARCH.find(request)
    assert results.total
    for product in results.products:
        assert "Navy" in product.colours
        assert product.rating >= 4
        assert product.price < 5000
    brand = results.products[0].brand
    assert {
        p.brand for p in SEARCH.find(SearchRequest(query="hoodie", brands=(brand,))).products
    } == {brand}


def test_facet_counts_are_what_choosing_them_gives() -> None:
    results = SEARCH.find(SearchRequest(query="sneakers"))
    for field, facets in results.facets.items():
        for facet in facets:
            request = msgspec.structs.replace(results.request, **{field: (facet.value,)})
            assert SEARCH.find(request).total == facet.count > 0


def test_sorting() -> None:
    prices = [p.price for p in SEARCH.find(SearchRequest(query="backpack", sort="low")).products]
    assert prices == sorted(prices)
    ratings = [
        p.rating for p in SEARCH.find(SearchRequest(query="backpack", sort="rating")).products
    ]
    assert ratings == sorted(ratings, reverse=True)


def test_pages_hold_every_product_once_and_end() -> None:
    first = SEARCH.find(SearchRequest(department="Pets"))
    pages = [
        SEARCH.find(SearchRequest(department="Pets", page=n)) for n in range(1, first.pages + 1)
    ]
    slugs = [p.slug for page in pages for p in page.products]
    assert len(slugs) == len(set(slugs)) == first.total
    assert SEARCH.find(SearchRequest(department="Pets", page=9999)).page == first.pages


def test_suggestions_begin_as_typed() -> None:
    assert "coffee maker" in SEARCH.suggest("cof")
    assert SEARCH.suggest("insulated wat") == ["insulated water bottle"]
    assert SEARCH.suggest("") == SEARCH.suggest("   ") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_suggested_for(text: str) -> None:
    results = SEARCH.find(SearchRequest(query=text))
    assert 0 <= len(results.products) <= results.total
    assert len(SEARCH.suggest(text)) <= 5


def nearest(word: str, known: list[str]) -> str:
    """What a mistyped word becomes, by looking at every known one: the fewest edits, the same first
    letter before another, and the first in the alphabet where nothing else tells them apart."""
    allowed = 1 if len(word) <= 5 else 2
    near = [
        (distance + 0.6 * (word[0] != other[0]), other)
        for other in known
        if (distance := edits(word, other, swaps=True)) <= allowed
    ]
    return min(near, default=(0, word))[1]


@given(st.lists(st.text("abcd", min_size=3, max_size=8), min_size=1, max_size=12, unique=True))
def test_a_typo_becomes_the_nearest_word_whatever_their_order(words: list[str]) -> None:
    word, *known = words
    speller, turned = Speller(known), Speller(reversed(known))
    assume(not speller.knows(word) and len(speller.correct([word])) == 1)
    assert speller.correct([word]) == turned.correct([word]) == [nearest(word, known)]


def test_a_swap_of_neighbours_is_one_edit() -> None:
    assert Speller(["fish"]).correct(["fsih"]) == ["fish"]


def test_known_words_are_never_changed() -> None:
    speller = Speller(["red shoes", "blue shoe"])
    assert speller.correct(["shoes", "shoe", "reds", "12345"]) == ["shoes", "shoe", "reds", "12345"]
    assert speller.correct(["sheos"]) == ["shoes"]
