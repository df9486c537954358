"""What a shopper does on a product's page: want it and act on that, look closer, or go on.

Part of `decide`, which hands in what can be done from any page.
"""

from __future__ import annotations

from collections.abc import Callable

from agent.shoppers.choices import Choice, normalised, scaled, shared
from agent.shoppers.history import History
from agent.shoppers.page import Link, Page
from agent.shoppers.parameters import Parameters
from agent.shoppers.shopping_goal import ShoppingGoal
from agent.shoppers.user import User
from agent.shoppers.utility import is_the_thing, wish
from envs.actions import Click, Terminate


def on_product(
    user: User,
    want: ShoppingGoal,
    history: History,
    page: Page,
    p: Parameters,
    *,
    search: list[Choice],
    similar: Callable[[float], list[Choice]],
    leave: float,
) -> list[Choice]:
    """Choices on a product's page, in any scale."""
    others = max(0, len(set(history.opened)) - 1)
    wanted = wish(page, want, user, others, p)
    towards = _towards_buying(want, page, p)
    if not towards:
        wanted = 0.0
    choices = scaled(towards, wanted)
    near = similar(p.similar_bias)
    tired = leave * (0.35 if want.goal == "buy" else 0.5)
    weights: list[tuple[float, list[Choice]]] = [
        (p.search_from_product * p.search_fading ** (len(history.queries) - 1), search),
        (p.look_at_similar * sum(c.probability for c in near), normalised(near)),
        (tired, [_leave(history, page, want)]),
        *_looking_closer(user, want, history, page, p),
    ]
    return choices + shared(1.0 - wanted, weights, p.decisive)


def _towards_buying(want: ShoppingGoal, page: Page, p: Parameters) -> list[Choice]:
    """The next step towards having it: choose what is missing, then buy."""
    if page.buy is None:
        return []
    buying = Choice(Click(page.buy), 1.0, "buy", _facts(page, want))
    if not page.missing:
        return [buying]
    group = [o for o in page.options if o.group == page.missing[0]]
    return [
        *scaled(_choosing(want, page, group, p), 1.0 - (0.0 if page.complaint else p.careless)),
        *scaled([buying], 0.0 if page.complaint else p.careless),
    ]


def _choosing(want: ShoppingGoal, page: Page, group: list[Link], p: Parameters) -> list[Choice]:
    """Which option of a group: the one wanted, else the first more than the others."""
    named = {want.colour, want.size}
    shares = [1.0 / (i + 1) for i in range(len(group))]
    wanted = [i for i, o in enumerate(group) if o.label in named]
    if wanted:
        rest = (1.0 - p.follows_want) / max(1, len(group) - 1)
        shares = [p.follows_want if i == wanted[0] else rest for i in range(len(group))]
    return normalised(
        Choice(
            Click(o.name),
            share,
            "option_wanted" if o.label in named else "option",
            {**_facts(page, want), "option": o.label, "group": o.group.replace("_", " ")},
        )
        for o, share in zip(group, shares, strict=True)
    )


def _looking_closer(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters
) -> list[tuple[float, list[Choice]]]:
    weights: list[tuple[float, list[Choice]]] = []
    if page.more_reviews:
        reading = [Choice(Click(page.more_reviews), 1.0, "reviews", _facts(page, want))]
        weights.append((p.read_reviews * user.care**2, reading))
    if page.missing and is_the_thing(page.product.title if page.product else "", want):
        group = [o for o in page.options if o.group == page.missing[0]]
        weights.append((p.try_option, _choosing(want, page, group, p)))
    if page.add and not history.did("cart") and not page.missing:
        keeping = [Choice(Click(page.add), 1.0, "keep", _facts(page, want))]
        weights.append((p.keep_in_cart * (1.0 + 2.0 * (want.goal == "compare")), keeping))
    if page.cart and page.in_cart and history.did("cart"):
        weights.append((p.open_cart, [Choice(Click(page.cart), 1.0, "open_cart")]))
    return weights


def _leave(history: History, page: Page, want: ShoppingGoal) -> Choice:
    facts = {**_facts(page, want), "opened": history.opened_said}
    return Choice(Terminate(), 1.0, _why_leave(history, page, want), facts)


def _why_leave(history: History, page: Page, want: ShoppingGoal) -> str:
    product = page.product
    if product and not product.in_stock:
        return "leave_sold_out"
    if product and want.most and product.price > want.most:
        return "leave_dear"
    if history.did("cart"):
        return "leave_kept"
    return {"buy": "leave_tired", "compare": "leave_compared", "browse": "leave_browsed"}[want.goal]


def _facts(page: Page, want: ShoppingGoal) -> dict[str, str]:
    product = page.product
    if product is None:
        return {}
    return {
        "title": product.title,
        "price": product.shown,
        "stars": want.words.stars(product.rating),
    }
