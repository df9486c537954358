"""Shoppers in a shop that is not the embedded one, as far as it reads like a shop."""

from __future__ import annotations

from agent.shoppers import History, decide, population, read_goal, read_page
from agent.shoppers.page import Page
from envs.actions import Click, Terminate, TypeAndSubmit
from envs.observation import Element, Observation

SEARCH = Element("q", "textbox", "search")


def seen(html: str, *names: Element) -> Page:
    return read_page(Observation("https://x/", "X", html, (SEARCH, *names)))


def likeliest(page: Page, history: History, intent: str) -> object:
    choices = decide(next(population(4)), read_goal(intent), history, page)
    assert abs(sum(c.probability for c in choices) - 1) < 1e-9
    return max(choices, key=lambda c: c.probability).action


def test_they_search_open_what_fits_and_buy() -> None:
    intent = "I want to buy a walnut tray today."
    home = seen('<input name="q"><h1>Welcome</h1>')
    first = likeliest(home, History(), intent)
    assert isinstance(first, TypeAndSubmit)
    assert "tray" in first.text
    after = History().after(first, "search")
    shelf = seen(
        '<input name="q"><h1>Search</h1><a name="a">Steel Bowl</a> 20,00 €'
        '<a name="b">Walnut Tray</a> 29,00 €',
        Element("a", "link", "product"),
        Element("b", "link", "product"),
    )
    assert [(item.title, item.price) for item in shelf.items] == [
        ("Steel Bowl", 2000),
        ("Walnut Tray", 2900),
    ]
    opened = max(
        (c for c in decide(next(population(4)), read_goal(intent), after, shelf)
         if isinstance(c.action, Click)),
        key=lambda c: c.probability,
    )  # fmt: skip
    assert opened.action == Click("b")
    sheet = seen(
        '<input name="q"><h1>Walnut Tray</h1>29,00 €<button name="buy">Buy it now</button>',
        Element("buy", "button", "buy"),
    )
    choices = decide(
        next(population(4)), read_goal(intent), after.after(Click("b"), "product"), sheet
    )
    assert Click("buy") in [c.action for c in choices]


def test_what_found_nothing_is_searched_for_otherwise() -> None:
    intent = "a soft walnut tray for breakfast"
    after = History().after(TypeAndSubmit("q", "soft walnut tray"), "search")
    nothing = seen('<input name="q"><h1>Sorry</h1>No results.')
    actions = [c.action for c in decide(next(population(4)), read_goal(intent), after, nothing)]
    assert any(isinstance(action, TypeAndSubmit) for action in actions)
    assert Terminate() in actions
