"""The shop without a browser: the pages a shopper would take in, built from the shop's own data.

For calibration, where tens of thousands of steps are wanted in seconds. The shopper is the same
code, and a test holds that these pages equal those read in a real browser; sessions for data sets
come from the browser only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import assert_never

import msgspec

from agent.shoppers.page import Item, Link, Page
from envs.actions import Action, Back, Click, Hover, Input, Scroll, Terminate, TypeAndSubmit, Wait
from envs.shop.products import Product, dollars, make_products
from envs.shop.reviews import reviews_of
from envs.shop.search import SORTS, Search, SearchRequest
from envs.shop.variants import variant_named

_SEARCH = "header.search.search_input"
_LABELS = {"brands": "brand", "prices": "price", "ratings": "rating", "colours": "colour"}


class RehearsalShop:
    """The shop's data, shared by any number of rehearsals."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self.products = make_products(seed)
        self.by_name = {_name(p.title): p for p in self.products}
        self.search = Search(self.products, variant_named("default"))
        self.texts = self.search.texts
        self.related = lru_cache(maxsize=None)(self.search.related)
        self.popular = tuple(self._popular())

    def _popular(self) -> list[Product]:
        best = sorted(self.products, key=lambda p: (-p.popularity, p.slug))
        picks: dict[str, Product] = {}
        for product in best:
            if product.in_stock and len(picks) < 3:
                picks.setdefault(product.department, product)
        return list(picks.values())


class Rehearsal:
    """One visit. `page` is what is seen now; `kind` that of the last element acted on."""

    def __init__(self, shop: RehearsalShop) -> None:
        self._shop = shop
        self._request: SearchRequest | None = None
        self._product: Product | None = None
        self._chosen: dict[str, str] = {}
        self._faults: set[str] = set()
        self._pages = 0
        self._cart = 0
        self._closed = False
        self.bought = False
        self.page = self._arrive(self._home())

    def act(self, action: Action) -> str:
        """Carry out an action on the page; returns the kind of the element acted on."""
        match action:
            case Terminate():
                return "leave"
            case TypeAndSubmit(_, text):
                self._request = SearchRequest(query=" ".join(text.split()))
                self.page = self._arrive(self._results())
                return "search"
            case Click(name):
                return self._click(name)
            case Input():
                raise ValueError("shoppers submit what they type: the rehearsed shop has no forms")
            case Scroll() | Hover() | Back() | Wait():
                raise ValueError("the rehearsed shop has no window to look around in")
            case _:
                assert_never(action)

    def _click(self, name: str) -> str:
        page = self.page
        last = name.rsplit(".", 1)[-1]
        if name in (page.buy, page.add):
            return self._press(buying=name == page.buy)
        if any(o.name == name for o in page.options):
            self._chosen[name.split(".")[0]] = name
            self._faults.discard(name.split(".")[0])
            self.page = self._product_page(page.more_reviews is not None)
            return "option"
        if name == page.close:
            self._closed = True
            self.page = msgspec.structs.replace(page, close=None)
            return "other"
        if name == page.more_reviews:
            self.page = self._product_page(more=False)
            return "other"
        if name == page.next and self._request:
            self._request = msgspec.structs.replace(self._request, page=self._request.page + 1)
            self.page = self._arrive(self._results())
            return "navigation"
        if any(f.name == name for f in page.filters):
            self._filter(next(f for f in page.filters if f.name == name))
            return "filter"
        if last in self._shop.by_name:
            self._product, self._chosen, self._faults = self._shop.by_name[last], {}, set()
            self.page = self._arrive(self._product_page(more=True))
            return "product"
        self.page = self._arrive(self._cart_page(name == page.checkout))
        return "cart"

    def _press(self, *, buying: bool) -> str:
        product = self._product
        assert product
        self._faults = {name for name in _options(product) if name not in self._chosen}
        self.bought = buying and not self._faults
        self._cart += not buying and not self._faults
        if buying:  # the page is loaded again, with its reviews closed
            self.page = self._arrive(self._product_page(more=True))
        else:
            self.page = self._product_page(self.page.more_reviews is not None)
        return "buy" if buying else "cart"

    def _filter(self, link: Link) -> None:
        assert self._request
        change: dict[str, object] = {"page": 1}
        if link.group == "sort":
            texts = self._shop.texts
            change["sort"] = next(k for k, v in SORTS.items() if texts[v] == link.label)
        else:
            field = next(f for f, group in _LABELS.items() if group == link.group)
            facets = self._shop.search.find(self._request).facets[field]
            value = next(f.value for f in facets if f.label == link.label)
            single = field in ("prices", "ratings")
            before: tuple[str, ...] = () if single else getattr(self._request, field)
            change[field] = (*before, value)
        self._request = msgspec.structs.replace(self._request, **change)
        self.page = self._arrive(self._results())

    def _arrive(self, page: Page) -> Page:
        """The second page of a visit shows the newsletter."""
        self._pages += 1
        self._closed = self._closed or self._pages > 2
        shown = self._pages == 2 and not self._closed
        return msgspec.structs.replace(page, close="newsletter.close" if shown else None)

    def _home(self) -> Page:
        return Page(
            kind="home",
            items=tuple(_item("popular", p, False) for p in self._shop.popular),
            search=_SEARCH,
            cart="header.cart",
        )

    def _results(self) -> Page:
        assert self._request
        results = self._shop.search.find(self._request)
        request = self._request
        sorts = [
            Link(f"sort.{_name(label)}", "sort", label, value == request.sort)
            for value, key in SORTS.items()
            for label in [self._shop.texts[key]]
        ]
        links = [
            Link(f"{_LABELS[field]}.{_name(f.label)}", _LABELS[field], f.label, f.chosen)
            for field, facets in results.facets.items()
            for f in facets
        ]
        if any(link.chosen for link in links):
            links.append(Link("clear_filters", "clear_filters", "Clear filters"))
        return Page(
            kind="results",
            search=_SEARCH,
            query=request.query,
            found=results.total,
            items=tuple(_item("results", p, True) for p in results.products),
            filters=tuple(sorts + links) if links else (),
            next="results.next_page" if results.page < results.pages else None,
            cart="header.cart",
            in_cart=self._cart,
        )

    def _product_page(self, more: bool) -> Page:
        product = self._product
        assert product
        reviews = reviews_of(product, self._shop.seed)
        shown = reviews[:2] if more else reviews
        label = f"reviews.read_{len(reviews) - 2}_more"
        return Page(
            kind="product",
            search=_SEARCH,
            items=tuple(_item("similar", p, False) for p in self._shop.related(product, 2)),
            product=msgspec.structs.replace(_item("", product, True), name=""),
            options=tuple(
                Link(name, group, value, self._chosen.get(group) == name)
                for group, values in _options(product).items()
                for value in values
                for name in [f"{group}.{_name(value)}"]
            ),
            stars=tuple(r.stars for r in shown),
            more_reviews=label if more and len(reviews) > 2 else None,
            complaint="Please choose" if self._faults else None,
            buy="buy_now" if product.in_stock else None,
            add="add_to_cart" if product.in_stock else None,
            cart="header.cart",
            in_cart=self._cart,
        )

    def _cart_page(self, checkout: bool) -> Page:
        return Page(
            kind="checkout" if checkout else "cart",
            search=_SEARCH,
            cart="header.cart",
            in_cart=self._cart,
            checkout=None if checkout else "summary.go_to_checkout",
        )


def _options(product: Product) -> dict[str, tuple[str, ...]]:
    """Groups of options by the name a page gives them."""
    return {
        "colour" if name == "colour" else _name(product.size_label): values
        for name, values in product.options.items()
    }


def _item(where: str, product: Product, counted: bool) -> Item:
    price = re.sub(r"[$,]", "", dollars(product.price))
    return Item(
        name=f"{where}.{_name(product.title)}",
        title=product.title,
        price=round(100 * float(price)),
        rating=product.rating,
        ratings=product.ratings if counted else 0,
        in_stock=product.in_stock,
        shown=dollars(product.price),
    )


def _name(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))
