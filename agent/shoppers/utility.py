"""How much a shopper likes what they see: items in a list, and a product on its own page.

Log-odds from things that can be seen (title, price, stars) and from the want and the user. Knows
nothing of what is done about it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from statistics import mean, pstdev

from agent.shoppers.history import product_part
from agent.shoppers.page import Item, Page
from agent.shoppers.parameters import Parameters
from agent.shoppers.shopping_goal import ShoppingGoal
from agent.shoppers.user import User


def is_the_thing(title: str, want: ShoppingGoal) -> bool:
    """Whether the title says it is the kind of thing wanted."""
    wanted, shown = (want.noun or want.head).lower(), title.lower()
    if wanted in shown or set(wanted.split()) <= set(shown.split()):
        return True
    return not want.noun and _stem(wanted) in {_stem(word) for word in shown.split()}


def has_quality(title: str, want: ShoppingGoal) -> bool:
    """Whether the title says what the thing is to be like."""
    shown = title.lower()
    if want.noun:
        return bool(want.qualifier) and (want.qualifier or "").lower() in shown
    return any(word != want.head and word in shown.split() for word in want.phrase.split())


def attractions(
    items: Sequence[Item], want: ShoppingGoal, user: User, opened: Collection[str], p: Parameters
) -> list[float]:
    """The chance that each item is clicked once it is looked at."""
    prices = [item.price for item in items if item.price]
    middle, spread = (mean(prices), pstdev(prices) or 1.0) if prices else (0.0, 1.0)
    return [
        0.0
        if not item.in_stock
        else _sigmoid(
            p.click_bias
            + _appeal(item, want, user, p)
            - p.dear * user.price_sensitivity * (item.price - middle) / spread * bool(item.price)
            + (p.seen_before if product_part(item.name) in opened else 0.0)
        )
        for item in items
    ]


def wish(page: Page, want: ShoppingGoal, user: User, others: int, p: Parameters) -> float:
    """The chance that the product on its page is what the shopper wants to have now; `others` is
    how many other products were looked at before."""
    product = page.product
    if product is None or not product.in_stock or not is_the_thing(product.title, want):
        return 0.0
    goal = {"buy": p.wants_buy, "compare": p.wants_compare, "browse": p.wants_browse}[want.goal]
    fits = want.most is None or product.price <= want.most
    colours = [o.label for o in page.options if o.group == "colour"]
    good_colour = want.colour is None or not colours or want.colour in colours
    good_reviews = mean(page.stars) - 4.0 if page.stars else 0.0
    return _sigmoid(
        goal
        + (p.wants_quality if has_quality(product.title, want) else 0.0)
        + (p.wants_price if fits else -3 * p.wants_price)
        + (0.0 if good_colour else -2 * p.wants_colour)
        + p.wants_stars * (_above_usual(product.rating) + 0.5 * user.care * good_reviews)
        + p.wants_after_looking * min(others, 3)
        + (p.wants_chosen if any(o.chosen for o in page.options) else 0.0)
    )


def _above_usual(rating: float) -> float:
    """How far a rating is above the usual one; what nobody rated is as good as usual."""
    return (rating - 4.2) / 0.4 if rating else 0.0


def _stem(word: str) -> str:
    """A word without the ending of a plural."""
    return word.strip(",.()").removesuffix("s").removesuffix("e")


def _appeal(item: Item, want: ShoppingGoal, user: User, p: Parameters) -> float:
    if not is_the_thing(item.title, want):
        return p.wrong_thing
    score = 0.0
    if want.qualifier or (not want.noun and want.phrase != want.head):
        score += p.right_quality * (1.0 if has_quality(item.title, want) else -0.5)
    if want.most is not None and item.price > want.most:
        score += p.over_limit
    return score + p.stars * (0.4 + user.care) * _above_usual(item.rating)


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))
