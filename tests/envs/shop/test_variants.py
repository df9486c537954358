"""Variants: each differs from the default in the one thing it names."""

from __future__ import annotations

import time

import httpx
import pytest

from envs.browser.browser import Browser, ContextOptions
from envs.shop import VARIANTS, Shop, UnknownVariant, serve, variant_named

RESULTS = "/search?q=hoodie"
PRODUCT = "/p/ardenne-oversized-hoodie"


async def fetch(shop: Shop, path: str) -> str:
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False) as http:
        return (await http.get(path)).text


def test_the_variants_have_names_and_say_what_they_are() -> None:
    assert set(VARIANTS) == {
        "default",
        "hidden-checkout",
        "unclear-filters",
        "strict-search",
        "slow-product",
        "late-price",
    }
    assert all(v.about.endswith(".") for v in VARIANTS.values())
    with pytest.raises(UnknownVariant, match="choose one of: default, hidden-checkout"):
        variant_named("nope")


async def test_strict_search_does_not_forgive(shop: Shop) -> None:
    async with serve(variant="strict-search") as strict:
        assert "Nothing found" in await fetch(strict, "/search?q=hodie")
        assert await fetch(strict, RESULTS) == await fetch(shop, RESULTS)
    assert "Nothing found" not in await fetch(shop, "/search?q=hodie")


async def test_late_price_has_prices_on_product_pages_only(shop: Shop) -> None:
    async with serve(variant="late-price") as late:
        assert "$59" not in (await fetch(late, RESULTS))
        assert "$59" in (await fetch(late, PRODUCT))
    assert "$59" in (await fetch(shop, RESULTS))


async def test_unclear_filters_say_nothing(shop: Shop) -> None:
    async with serve(variant="unclear-filters") as unclear:
        page = await fetch(unclear, RESULTS)
    assert "Option 1" in page
    assert "Lowest price" not in page
    assert "sort=low" in page
    assert "Lowest price" in await fetch(shop, RESULTS)


@pytest.mark.slow
async def test_slow_product_makes_product_pages_wait() -> None:
    async with serve(variant="slow-product") as slow:
        started = time.monotonic()
        await fetch(slow, RESULTS)
        quick = time.monotonic() - started
        await fetch(slow, PRODUCT)
        assert time.monotonic() - started - quick >= VARIANTS["slow-product"].product_delay


async def test_hidden_checkout_stands_below_the_fold_and_still_works(
    browser: Browser, shop: Shop
) -> None:
    context = await browser.context(ContextOptions(width=1280, height=800))
    page = await context.new_page()
    try:
        await page.goto(shop.url + PRODUCT)
        assert (await page.get_by_role("button", name="Buy now").bounding_box())["y"] < 700  # type: ignore[index]
        async with serve(variant="hidden-checkout") as hidden:
            await page.goto(hidden.url + PRODUCT)
            for group in ("Grey", "M"):
                await page.get_by_label(group, exact=True).check()
            buy = page.get_by_role("button", name="Buy now")
            assert (await buy.bounding_box())["y"] > 800  # type: ignore[index]
            await page.get_by_role("button", name="Add to cart").click()
            await page.get_by_text("Added to your cart").wait_for()
            await page.goto(hidden.url + "/cart")
            checkout = page.get_by_role("link", name="Go to checkout")
            assert (await checkout.bounding_box())["y"] > 800  # type: ignore[index]
            await page.goto(hidden.url + PRODUCT)
            for group in ("Grey", "M"):
                await page.get_by_label(group, exact=True).check()
            await page.get_by_role("button", name="Buy now").click()
            await page.get_by_role("heading", name="your order is confirmed").wait_for()
    finally:
        await context.close()
