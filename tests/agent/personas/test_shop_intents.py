"""What visitors come for, read off a shop's first page."""

from __future__ import annotations

import pytest

from agent.personas.personas import cast, sample_personas
from agent.personas.shop_intents import intents_in, with_intents
from agent.shoppers import read_goal
from envs.observation import Element, Observation
from shopper.plan import FROM_SHOP, PlanError, people_at


def page(*links: tuple[str, str, str]) -> Observation:
    """A page of links: name, kind, words."""
    html = "".join(f'<a name="{name}">{words}</a>\n' for name, _, words in links)
    names = tuple(Element(name, "link", kind) for name, kind, _ in links)  # type: ignore[arg-type]
    return Observation("https://shop.example/", "Shop", html, names)


def test_products_come_before_departments() -> None:
    seen = page(
        ("nav.garden_tools", "navigation", "Garden Tools"),
        ("new.oak", "product", "Aldertree Oak Coffee Table with 2 Drawers, 120 cm"),
        ("new.mug", "product", "Blue Stoneware Mug"),
        ("cart", "cart", "Cart"),
    )
    assert intents_in(seen) == (
        "I am looking for aldertree oak coffee table.",
        "I am looking for blue stoneware mug.",
    )
    assert read_goal(intents_in(seen)[0]).noun == "Coffee Table"


def test_departments_without_what_every_site_has() -> None:
    seen = page(
        ("nav.garden_tools", "navigation", "Garden Tools"),
        ("nav.sign_in", "navigation", "Sign in"),
        ("nav.help", "navigation", "Help"),
        ("footer.jobs", "navigation", "Jobs"),
    )
    assert intents_in(seen) == ("I am looking for garden tools.",)


def test_a_page_that_sells_nothing_names_nothing() -> None:
    assert intents_in(page(("home", "navigation", "Home"))) == ()


def test_the_same_customer_always_wants_the_same() -> None:
    some = cast(sample_personas(), 5, 3, None)
    intents = ("I am looking for a.", "I am looking for b.", "I am looking for c.")
    wants = [one.intent for one in with_intents(some, intents)]
    assert wants == [one.intent for one in with_intents(some, intents)]
    assert set(wants) <= set(intents)


async def test_synthetic_customers_of_a_foreign_shop_are_asked_what_they_want() -> None:
    with pytest.raises(PlanError, match="--intent"):
        await people_at("https://shop.example/", 2, policy="synthetic")
    told = await people_at("https://shop.example/", 2, policy="synthetic", intent="a red mug")
    assert {one.intent for one in told} == {"a red mug"}
    assert await people_at(None, 2, policy="synthetic", intent=FROM_SHOP) == await people_at(
        None, 2, policy="synthetic"
    )
