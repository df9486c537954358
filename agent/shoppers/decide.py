"""What a shopper does next: the whole distribution over actions, for one page.

A function of user, want, history and page; nothing is drawn here.
"""

from __future__ import annotations

import math

import msgspec

from agent.shoppers.choices import Choice, normalised, scaled, shared
from agent.shoppers.history import History
from agent.shoppers.page import Item, Page
from agent.shoppers.page_text import cents_in
from agent.shoppers.page_words import said
from agent.shoppers.parameters import DEFAULT, Parameters
from agent.shoppers.product import on_product
from agent.shoppers.shopping_goal import ShoppingGoal
from agent.shoppers.user import User
from agent.shoppers.utility import attractions, has_quality, is_the_thing
from agent.shoppers.wording import first_search, intended, next_search, revision_of
from envs.actions import Click, Terminate, TypeAndSubmit


def decide(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters = DEFAULT
) -> list[Choice]:
    """Everything the shopper might do now, with probabilities that add up to 1."""
    page = _as_list(page, history)
    if not history.queries:
        choices = _first(want, user, page, p)
    elif page.kind == "results":
        choices = _on_results(user, want, history, page, p)
    elif page.kind == "product":
        choices = on_product(
            user, want, history, page, p,
            search=searches(user, want, history, page, p),
            similar=lambda bias: clicks(page.items, user, want, history, p, bias),
            leave=leaving(user, history, page, p),
        )  # fmt: skip
    else:
        choices = _elsewhere(user, want, history, page, p)
    return normalised(choices) or [Choice(Terminate(), 1.0, "leave_stuck")]


def _as_list(page: Page, history: History) -> Page:
    """The page; where another shop's does not say how much was found, a list all the same when it
    shows products after a search, or is what a search led to."""
    if page.kind not in ("home", "other") or not history.queries:
        return page
    listed = page.items or history.acts[-1].kind == "search"
    return msgspec.structs.replace(page, kind="results") if listed else page


def leaving(user: User, history: History, page: Page, p: Parameters) -> float:
    """The weight of closing the window: it grows with the steps taken, slower for the patient."""
    tired = p.leave_growth * (1.0 - p.patience_helps * (user.patience - 0.5)) * history.steps
    return p.leave * math.exp(min(5.0, tired))


def searches(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters
) -> list[Choice]:
    """Next searches, with probabilities that add up to 1; none where there is no search field."""
    if page.search is None:
        return []
    fitting = _fitting(page, want)
    few = page.kind == "results" and fitting < 2
    texts = next_search(want, user, history.queries, few, p)
    last = history.queries[-1]
    facts = {
        "last": last,
        "title": page.product.title if page.product else "",
        "found": str(page.found) if page.found else "",
        "few": "only one that fits" if fitting else "nothing that fits",
    }
    return [
        Choice(TypeAndSubmit(page.search, text), share, *_why_search(text, last, few, want, facts))
        for text, share in texts.items()
    ]


def _why_search(
    text: str, last: str, few: bool, want: ShoppingGoal, facts: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """The reason for a further search, and its facts."""
    meant, before = intended(text, want), intended(last, want)
    if meant == before:
        return "search_retype", facts | {"text": text}
    why = "search_nothing" if few else "search_again"
    return why, facts | {"text": text, "change": revision_of(before, meant)}


def clicks(
    items: tuple[Item, ...],
    user: User,
    want: ShoppingGoal,
    history: History,
    p: Parameters,
    bias: float = 0.0,
) -> list[Choice]:
    """The cascade: chances of opening each item, looking from the top; they add up to at most 1."""
    shifted = msgspec.structs.replace(p, click_bias=p.click_bias + bias)
    looking = 1.0
    choices = []
    for item, chance in zip(
        items, attractions(items, want, user, history.opened, shifted), strict=True
    ):
        why = _why_open(item, items, want)
        choices.append(Choice(Click(item.name), looking * chance, why, _facts(item, want)))
        looking *= (1.0 - chance) * p.look_on
    return choices


def _first(want: ShoppingGoal, user: User, page: Page, p: Parameters) -> list[Choice]:
    if page.search is None:
        return []
    return [
        Choice(TypeAndSubmit(page.search, text), share, "search_first", {"text": text})
        for text, share in first_search(want, user, p).items()
    ]


def _on_results(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters
) -> list[Choice]:
    opening = clicks(page.items, user, want, history, p)
    opened = min(1.0, sum(c.probability for c in opening))
    fitting = _fitting(page, want)
    again = p.search_again if fitting >= 2 else p.search_again_bad
    again *= p.search_fading ** (len(history.queries) - 1)
    weights: list[tuple[float, list[Choice]]] = [
        (again, searches(user, want, history, page, p)),
        (p.filter if fitting >= 3 else 0.0, _filters(user, want, history, page, p)),
        (leaving(user, history, page, p), [_leave(history, page, fitting)]),
    ]
    if page.next and fitting >= 3:
        turn = p.turn_page * (0.5 + user.patience) * 0.5**history.paged
        weights.append((turn, [Choice(Click(page.next), 1.0, "turn_page")]))
    otherwise = shared(1.0 - opened, weights, p.decisive)
    return _popup(page, p) + scaled(
        opening + otherwise, 1.0 - (p.close_popup if page.close else 0.0)
    )


def _elsewhere(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters
) -> list[Choice]:
    """The cart, checkout, or a page that is of no use: mostly the end of a visit."""
    weights: list[tuple[float, list[Choice]]] = [
        (1.0, [_leave_elsewhere(history, page)]),
        (0.45, searches(user, want, history, page, p)),
    ]
    if page.kind == "cart" and page.checkout:
        weights.append((0.25, [Choice(Click(page.checkout), 1.0, "checkout")]))
    return shared(1.0, weights, p.decisive)


def _filters(
    user: User, want: ShoppingGoal, history: History, page: Page, p: Parameters
) -> list[Choice]:
    """Filters worth choosing: for the wanted colour, the most to pay, good ratings, low prices."""
    useful: list[Choice] = []
    for link in page.filters:
        limit = cents_in(link.label) if link.group == "price" else 0
        weight = 0.0
        if link.chosen or history.filtered >= 2:
            continue
        if link.group == "colour" and link.label == want.colour:
            weight = 2.0
        elif link.group == "price" and want.most and limit and limit <= 1.3 * want.most:
            weight = 1.6
        elif link.group == "rating":
            weight = user.care
        elif link.group == "sort" and link.label.lower() in said("low"):
            weight = user.price_sensitivity
        elif link.group == "brand":
            weight = 0.08
        facts = {"filter": link.label, "found": str(page.found or "")}
        useful.append(Choice(Click(link.name), weight, "filter", facts))
    return normalised(useful)


def _popup(page: Page, p: Parameters) -> list[Choice]:
    return [Choice(Click(page.close), p.close_popup, "close_popup")] if page.close else []


def _fitting(page: Page, want: ShoppingGoal) -> int:
    """Items on the page that are the thing wanted and can be had."""
    return sum(item.in_stock and is_the_thing(item.title, want) for item in page.items)


def _leave(history: History, page: Page, fitting: int) -> Choice:
    why = "leave_nothing" if fitting < 2 else "leave_tired" if history.opened else "leave_list"
    facts = {"found": str(page.found or ""), "opened": history.opened_said}
    return Choice(Terminate(), 1.0, why, facts)


def _leave_elsewhere(history: History, page: Page) -> Choice:
    why = "leave_cart" if page.kind == "cart" else "leave_tired"
    return Choice(Terminate(), 1.0, why, {"opened": history.opened_said})


def _why_open(item: Item, items: tuple[Item, ...], want: ShoppingGoal) -> str:
    if has_quality(item.title, want):
        return "open_fits"
    if item.rating == max(i.rating for i in items) and item.rating >= 4.4:
        return "open_rated"
    cheapest = 0 < item.price <= min(i.price for i in items)
    return "open_cheap" if cheapest else "open_plain"


def _facts(item: Item, want: ShoppingGoal) -> dict[str, str]:
    over = bool(want.most and item.price > want.most)
    return {
        "title": item.title,
        "price": item.shown,
        "stars": want.words.stars(item.rating),
        "over": f", though that is more than my {want.limit}" if over else "",
    }
