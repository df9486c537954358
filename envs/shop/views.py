"""The shop's pages: turns data into HTML with Jinja2.

What never differs between customers (cards, pictures, a product's page) is rendered once and kept.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from envs.shop.assortment import assortment, slugify
from envs.shop.forms import CHECKOUT, FILTERS, FormError, write_request
from envs.shop.pictures import picture
from envs.shop.products import Product
from envs.shop.reviews import reviews_of
from envs.shop.search import SORTS, Facet, Search, SearchRequest
from envs.shop.themes import Theme
from envs.shop.variants import Variant
from envs.shop.visits import (
    DELIVERY,
    FREE_DELIVERY_FROM,
    MOST_OF_ONE,
    Order,
    ShopVisit,
    delivery_for,
)

_HERE = Path(__file__).parent
STATIC = {name: (_HERE / "static" / name).read_bytes() for name in ("shop.js", "icon.svg")}
_FACET_LABELS = {"brands": "brand", "prices": "price", "ratings": "rating", "colours": "colour"}
"""Keys of what the groups of filters are called."""


class _Link(msgspec.Struct, frozen=True):
    """A filter or sort order to choose, or, when `chosen`, to take back."""

    label: str
    href: str
    chosen: bool


class Views:
    """Renders the pages of one shop."""

    def __init__(self, search: Search, seed: int, variant: Variant, theme: Theme) -> None:
        self._search = search
        self._t = texts = search.texts
        self._assortment = assortment(texts.code)
        self._theme = theme
        self._variant = variant
        self._seed = seed
        self.picture = lru_cache(maxsize=None)(self._picture)
        self._jinja = Environment(
            loader=FileSystemLoader([*theme.folders, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._jinja.filters["money"] = texts.money
        statics = b"".join((*STATIC.values(), theme.style.encode()))
        self._jinja.globals.update(
            t=texts,
            style=theme.style_name,
            version=hashlib.sha256(statics).hexdigest()[:10],
            variant=variant,
            departments=self._assortment.departments,
            free_from=texts.money(FREE_DELIVERY_FROM),
            delivery_cost=texts.money(DELIVERY),
            most=MOST_OF_ONE,
            picture=self.picture,
        )
        self._card = lru_cache(maxsize=None)(self._render_card)
        self._results = lru_cache(maxsize=2048)(self._render_results)
        self._details = lru_cache(maxsize=None)(self._render_details)
        self._home = lru_cache(maxsize=1)(self._render_home)

    def home(self, visit: ShopVisit) -> str:
        return self._page(visit, "", self._home())

    def results(self, visit: ShopVisit, request: SearchRequest) -> str:
        """A page of search results or of a department."""
        title = request.query or request.department or self._t["all_products"]
        return self._page(visit, title, self._results(request), request.query)

    def product(
        self,
        visit: ShopVisit,
        product: Product,
        faults: tuple[FormError, ...] = (),
        chosen: tuple[tuple[str, str], ...] = (),
    ) -> str:
        """A product's page, with what was wrong with an attempt to buy it."""
        main = self._part(
            "product.html",
            product=product,
            details=self._details(product),
            faults={f.field: f.text for f in faults},
            chosen=dict(chosen),
        )
        return self._page(visit, product.title, main)

    def cart(self, visit: ShopVisit, fault: str | None = None) -> str:
        goods = visit.cart_goods
        main = self._part(
            "cart.html",
            lines=list(visit.cart.values()),
            goods=goods,
            delivery=delivery_for(goods),
            fault=fault,
        )
        return self._page(visit, self._t["your_cart"], main)

    def checkout(self, visit: ShopVisit, form: dict[str, str], faults: list[FormError]) -> str:
        goods = visit.cart_goods
        main = self._part(
            "checkout.html",
            fields=CHECKOUT,
            form=form,
            faults={f.field: f.text for f in faults},
            lines=list(visit.cart.values()),
            goods=goods,
            delivery=delivery_for(goods),
        )
        return self._page(visit, self._t["checkout"], main)

    def order(self, visit: ShopVisit, order: Order) -> str:
        main = self._part("order.html", order=order)
        return self._page(visit, self._t["confirmed"], main)

    def help(self, visit: ShopVisit) -> str:
        return self._page(visit, self._t["returns"], self._part("help.html"))

    def problem(self, visit: ShopVisit, heading: str, text: str) -> str:
        """A page that says what could not be done."""
        main = self._part("problem.html", heading=heading, text=text)
        return self._page(visit, heading, main)

    def _page(self, visit: ShopVisit, title: str, main: Markup, query: str = "") -> str:
        return self._jinja.get_template("page.html").render(
            title=f"{title} | {self._theme.shop}" if title else self._theme.shop,
            shop=self._theme.shop,
            main=main,
            query=query,
            cart_count=visit.cart_count,
            show_cookies=visit.pages <= 1 and not visit.cookies_answered,
            show_newsletter=visit.pages == 2 and not visit.newsletter_closed,
        )

    def _part(self, template: str, **values: object) -> Markup:
        return Markup(self._jinja.get_template(template).render(**values))

    def _picture(self, product: Product, colour: str | None = None) -> Markup:
        """A product's picture, in its first colour unless told."""
        name = colour or product.main_colour
        hexes = self._assortment.colours
        fallback = tuple(hexes.values())[hash_of(product.brand) % len(hexes)]
        tint = next(d.tint for d in self._assortment.departments if d.name == product.department)
        return Markup(picture(product.shape, hexes[name] if name else fallback, tint))

    def _render_card(self, product: Product, style: str, colour: str | None = None) -> Markup:
        return self._part("card.html", product=product, style=style, colour=colour)

    def _render_home(self) -> Markup:
        best = sorted(self._search.products, key=lambda p: (-p.popularity, p.slug))
        picks: dict[str, Product] = {}
        for product in best:
            if product.in_stock and len(picks) < 3:
                picks.setdefault(product.department, product)
        cards = [self._card(p, "lean") for p in picks.values()]
        faces = [
            (d, next(p for p in best if p.department == d.name))
            for d in self._assortment.departments
        ]
        return self._part("home.html", cards=cards, faces=faces)

    def _render_results(self, request: SearchRequest) -> Markup:
        results = self._search.find(request)
        path = f"/c/{slugify(request.department)}" if request.department else "/search"

        def link(**changes: object) -> str:
            return f"{path}?{write_request(msgspec.structs.replace(request, **changes))}"

        def toggled(field: str, facet: Facet) -> _Link:
            values: tuple[str, ...] = getattr(request, field)
            left = tuple(v for v in values if v != facet.value)
            others = () if field in ("prices", "ratings") else left
            changed = left if facet.chosen else (*others, facet.value)
            return _Link(facet.label, link(**{field: changed}, page=1), facet.chosen)

        sorts = [
            _Link(self._t[key], link(sort=value, page=1), value == request.sort)
            for value, key in SORTS.items()
        ]
        facets = [(self._t["sort"], sorts)] + [
            (self._t[_FACET_LABELS[field]], [toggled(field, facet) for facet in values])
            for field, values in results.facets.items()
            if values
        ]
        if not self._variant.clear_filters:
            facets = [_obscured(n, links) for n, (_, links) in enumerate(facets, 1)]
        cleared = dict.fromkeys(FILTERS.values(), ())
        filtered = any(getattr(request, field) for field in FILTERS.values())
        return self._part(
            "results.html",
            results=results,
            request=request,
            facets=facets if len(facets) > 1 else [],
            cards=[
                self._card(p, "full", next((c for c in request.colours if c in p.colours), None))
                for p in results.products
            ],
            clear=link(**cleared, page=1) if filtered else None,
            instead=link(exact=True, page=1) if results.corrected else None,
            previous=link(page=results.page - 1) if results.page > 1 else None,
            next=link(page=results.page + 1) if results.page < results.pages else None,
        )

    def _render_details(self, product: Product) -> Markup:
        return self._part(
            "details.html",
            product=product,
            reviews=reviews_of(product, self._seed),
            related=[self._card(p, "lean") for p in self._search.related(product, 2)],
        )


def _obscured(number: int, links: list[_Link]) -> tuple[str, list[_Link]]:
    """A group of filters with labels that say nothing."""
    named = [msgspec.structs.replace(a, label=f"Option {n}") for n, a in enumerate(links, 1)]
    return f"Group {number}", named


def hash_of(text: str) -> int:
    """A number for `text`, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest())
