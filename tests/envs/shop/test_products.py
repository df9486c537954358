"""The generated catalogue: size, determinism, and that it makes sense."""

from __future__ import annotations

import pytest

from envs.shop.assortment import assortment
from envs.shop.pictures import picture
from envs.shop.products import dollars, make_products
from envs.shop.reviews import reviews_of

PRODUCTS = make_products(1)


def test_about_two_thousand_products_in_a_dozen_departments() -> None:
    assert 1900 <= len(PRODUCTS) <= 2200
    assert len({p.department for p in PRODUCTS}) == 12
    assert len({p.slug for p in PRODUCTS}) == len(PRODUCTS)


def test_the_same_seed_gives_the_same_products_and_another_seed_others() -> None:
    assert make_products(1) == PRODUCTS
    assert make_products(2) != PRODUCTS
    assert reviews_of(PRODUCTS[5], 1) == reviews_of(PRODUCTS[5], 1)


def test_prices_stay_in_their_range_and_ratings_look_like_ratings() -> None:
    ranges = {(d.name, t.noun): t.price for d in assortment().departments for t in d.types}
    for product in PRODUCTS:
        low, high = ranges[product.department, product.noun]
        assert 100 * low <= product.price <= 100 * high
        assert 2.4 <= product.rating <= 4.9
        assert product.ratings >= 1
        assert product.was is None or product.was > product.price


def test_sizes_that_hold_more_cost_more() -> None:
    packs = [p for p in PRODUCTS if "Pack of 6" in p.sizes]
    assert packs
    for product in packs:
        assert product.price_of("Single") == product.price < product.price_of("Pack of 3")
        assert product.price_of("no such size") == product.price


def test_some_products_are_out_of_stock() -> None:
    share = sum(not p.in_stock for p in PRODUCTS) / len(PRODUCTS)
    assert 0.02 < share < 0.07


def test_reviews_agree_with_the_rating() -> None:
    good = [p for p in PRODUCTS if p.rating >= 4.6]
    bad = [p for p in PRODUCTS if p.rating <= 3.5]

    def mean(products: list) -> float:  # type: ignore[type-arg]
        stars = [r.stars for p in products for r in reviews_of(p, 1)]
        return sum(stars) / len(stars)

    assert mean(good) > mean(bad) + 0.7


def test_every_shape_and_colour_can_be_drawn() -> None:
    for department in assortment().departments:
        for kind in department.types:
            svg = picture(kind.shape, "#336699", department.tint)
            assert svg.startswith("<svg")
            assert '"m"' not in svg
    for palette in assortment().palettes.values():
        assert set(palette) <= set(assortment().colours)


@pytest.mark.parametrize(
    ("cents", "text"), [(4500, "$45"), (450, "$4.50"), (129900, "$1,299"), (0, "$0")]
)
def test_money(cents: int, text: str) -> None:
    assert dollars(cents) == text
