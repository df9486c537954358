"""Pages as read in a real browser equal those that rehearsals are built from."""

from __future__ import annotations

from random import Random

from agent.shoppers import read_page
from agent.shoppers.page import Page
from agent.shoppers.rehearsal import Rehearsal, RehearsalShop
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.options import EnvOptions
from envs.shop import Shop


async def test_a_rehearsed_visit_sees_what_a_browser_shows(
    browser: Browser, shop: Shop, rehearsal_shop: RehearsalShop
) -> None:
    """The same forty actions on both; every page must be equal, field by field."""
    place = Environment(await browser.context(), EnvOptions(own_shop=True))
    rehearsal = Rehearsal(rehearsal_shop)
    rng = Random(5)
    seen_kinds = set()
    try:
        await place.start(shop.url)
        for step in range(40):
            seen = read_page(await place.observe())
            assert plain(seen) == plain(rehearsal.page), f"step {step}"
            seen_kinds.add(seen.kind)
            action = something(seen, rng, step)
            outcome = await place.act(action)
            assert outcome.ok, (step, action, outcome.error)
            assert rehearsal.act(action) == outcome.kind
            if rehearsal.bought:
                assert outcome.purchase
                break
    finally:
        await place.close()
    assert {"home", "results", "product"} <= seen_kinds


def plain(page: Page) -> dict[str, object]:
    """The page's fields; of a complaint only whether there is one."""
    fields = {name: getattr(page, name) for name in page.__struct_fields__}
    return fields | {"complaint": page.complaint is not None}


def something(page: Page, rng: Random, step: int) -> Action:
    """Any action that a shopper could take here, buying only at the end."""
    searches = ["hoodie", "wireles headphons", "yoga mat under $40", "gift card", "sandals"]
    names = [i.name for i in page.items] + [o.name for o in page.options]
    names += [f.name for f in page.filters if not f.chosen and f.group != "clear_filters"]
    names += [n for n in (page.next, page.more_reviews, page.close, page.add) if n]
    if page.buy and step > 30:
        return Click(page.buy)
    if page.search and (not names or rng.random() < 0.2 or step == 0):
        return TypeAndSubmit(page.search, rng.choice(searches))
    return Click(rng.choice(names)) if names else Terminate()
