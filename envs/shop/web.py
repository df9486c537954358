"""The shop over HTTP: which address does what.

Thin: reads a request, asks search, visits and views, answers.

A visit is known by the cookie ``visit``. Whoever opens the shop may choose its id, so that other
logs can be joined with the shop's own: by ``?visit=ID`` on the first address, or by the header
``x-shopper-visit``. Without either, the shop makes one up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as Http
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from envs.shop.assortment import assortment
from envs.shop.events import EventLog
from envs.shop.forms import FILTERS, check_checkout, read_line, read_quantity, read_request
from envs.shop.products import make_products
from envs.shop.search import Search, SearchRequest
from envs.shop.themes import Storefront, theme_named
from envs.shop.variants import Variant
from envs.shop.views import STATIC, Views
from envs.shop.visits import MOST_OF_ONE, ShopVisit, Visits
from envs.shop.wording import shop_texts

COOKIE = "visit"
HEADER = "x-shopper-visit"
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_LARGEST_FORM = 20_000


class ShopSite:
    """One shop: its catalogue, its visits and its event log."""

    def __init__(
        self,
        seed: int,
        variant: Variant,
        log: EventLog,
        storefront: Storefront | None = None,
    ) -> None:
        """Raises:
        UnknownTheme, UnknownLanguage: there is no such storefront.
        """
        storefront = storefront or Storefront()
        theme, language = theme_named(storefront.theme), storefront.language
        self.theme = theme
        self._texts = shop_texts(language, theme.name)
        self._assortment = assortment(language)
        self.log = log
        self._variant = variant
        self.visits = Visits(log)
        self._products = {p.slug: p for p in make_products(seed, language)}
        self._search = Search(tuple(self._products.values()), variant, self._texts)
        self._views = Views(self._search, seed, variant, theme)

    def app(self) -> Starlette:
        """The shop as an ASGI application."""
        pages: dict[tuple[str, str], Callable[[Http, ShopVisit], Awaitable[Response]]] = {
            ("GET", "/"): self._home,
            ("GET", "/search"): self._results,
            ("GET", "/c/{department}"): self._department,
            ("GET", "/p/{slug}"): self._product,
            ("POST", "/p/{slug}/cart"): self._add,
            ("POST", "/p/{slug}/buy"): self._buy,
            ("GET", "/cart"): self._cart,
            ("POST", "/cart"): self._change_cart,
            ("GET", "/checkout"): self._checkout,
            ("POST", "/checkout"): self._place_order,
            ("GET", "/order/{number}"): self._order,
            ("GET", "/help"): self._help,
            ("POST", "/cookies"): self._answer_cookies,
            ("POST", "/newsletter"): self._close_newsletter,
            ("POST", "/save"): self._save,
        }
        routes = [
            Route(path, partial(self._visited, page), methods=[method])
            for (method, path), page in pages.items()
        ]
        routes += [
            Route("/suggest", self._suggest),
            Route("/static/{name}", self._static),
            Route("/events", self._events),
            Route("/reset", self._reset, methods=["POST"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._problem})

    async def _visited(
        self, page: Callable[[Http, ShopVisit], Awaitable[Response]], http: Http
    ) -> Response:
        """Answer within the customer's visit and remember it by a cookie."""
        visit = self._visit_of(http)
        if http.method == "GET":
            visit.pages += 1
            visit.record("page_view", path=http.url.path[:300])
        return _remembering(visit, http, await page(http, visit))

    def _visit_of(self, http: Http) -> ShopVisit:
        named = http.query_params.get("visit") or http.headers.get(HEADER)
        return self.visits.get(named or http.cookies.get(COOKIE))

    async def _home(self, http: Http, visit: ShopVisit) -> Response:
        return _html(self._views.home(visit))

    async def _results(self, http: Http, visit: ShopVisit) -> Response:
        request = self._asked(http)
        return self._show_results(visit, request)

    async def _department(self, http: Http, visit: ShopVisit) -> Response:
        department = self._assortment.department(http.path_params["department"])
        if department is None:
            raise HTTPException(404)
        return self._show_results(visit, self._asked(http, department.name))

    def _asked(self, http: Http, department: str = "") -> SearchRequest:
        return read_request(http.query_params.multi_items(), department, self._texts.code)

    def _show_results(self, visit: ShopVisit, request: SearchRequest) -> Response:
        results = self._search.find(request)
        filters = {name: list(getattr(request, field)) for name, field in FILTERS.items()}
        visit.record(
            "filter" if any(filters.values()) or request.sort != "best" else "search",
            query=request.query,
            understood=results.corrected or request.query,
            department=request.department,
            found=results.total,
            page=results.page,
            sort=request.sort,
            **{name: values for name, values in filters.items() if values},
        )
        return _html(self._views.results(visit, request))

    async def _product(self, http: Http, visit: ShopVisit) -> Response:
        product = self._products.get(http.path_params["slug"])
        if product is None:
            raise HTTPException(404)
        await asyncio.sleep(self._variant.product_delay)
        return _html(self._views.product(visit, product))

    async def _add(self, http: Http, visit: ShopVisit) -> Response:
        product = self._products.get(http.path_params["slug"])
        if product is None:
            raise HTTPException(404)
        form = await _form(http)
        line, faults = read_line(product, form)
        if line:
            visit.add(line)
        else:
            visit.record("refused", what="cart_add", product=product.slug, why=faults[0].text)
        if "application/json" in http.headers.get("accept", ""):
            added = {"count": visit.cart_count, "message": self._texts["added"]}
            return _json({"faults": faults} if faults else added)
        if faults:
            return _html(self._views.product(visit, product, tuple(faults), tuple(form.items())))
        return RedirectResponse("/cart", 303)

    async def _buy(self, http: Http, visit: ShopVisit) -> Response:
        product = self._products.get(http.path_params["slug"])
        if product is None:
            raise HTTPException(404)
        form = await _form(http)
        line, faults = read_line(product, form)
        if line is None:
            visit.record("refused", what="buy_now", product=product.slug, why=faults[0].text)
            return _html(self._views.product(visit, product, tuple(faults), tuple(form.items())))
        order = visit.order((line,), "buy_now")
        return RedirectResponse(f"/order/{order.number}", 303)

    async def _cart(self, http: Http, visit: ShopVisit) -> Response:
        return _html(self._views.cart(visit))

    async def _change_cart(self, http: Http, visit: ShopVisit) -> Response:
        form = await _form(http)
        quantity = read_quantity(form.get("quantity", ""))
        if quantity is None:
            visit.record("refused", what="cart_update", why="quantity")
            return _html(
                self._views.cart(
                    visit, self._texts.say("choose_quantity", least=0, most=MOST_OF_ONE)
                )
            )
        if not visit.set_quantity(form.get("line", ""), quantity):
            return _html(self._views.cart(visit, self._texts["gone_from_cart"]))
        return RedirectResponse("/cart", 303)

    async def _checkout(self, http: Http, visit: ShopVisit) -> Response:
        if not visit.cart:
            return RedirectResponse("/cart", 303)
        return _html(self._views.checkout(visit, {}, []))

    async def _place_order(self, http: Http, visit: ShopVisit) -> Response:
        if not visit.cart:
            return RedirectResponse("/cart", 303)
        form = await _form(http)
        faults = check_checkout(form, self._texts.code)
        if faults:
            visit.record("refused", what="checkout", fields=[f.field for f in faults])
            return _html(self._views.checkout(visit, form, faults))
        lines = tuple(visit.cart.values())
        order = visit.order(lines, "checkout", form["email"].strip())
        return RedirectResponse(f"/order/{order.number}", 303)

    async def _order(self, http: Http, visit: ShopVisit) -> Response:
        order = visit.orders.get(http.path_params["number"])
        if order is None:
            raise HTTPException(404)
        return _html(self._views.order(visit, order))

    async def _help(self, http: Http, visit: ShopVisit) -> Response:
        return _html(self._views.help(visit))

    async def _answer_cookies(self, http: Http, visit: ShopVisit) -> Response:
        visit.cookies_answered = True
        return _json({})

    async def _close_newsletter(self, http: Http, visit: ShopVisit) -> Response:
        visit.newsletter_closed = True
        return _json({})

    async def _save(self, http: Http, visit: ShopVisit) -> Response:
        slug = (await _form(http)).get("product", "")
        if slug in self._products:
            visit.record("save", product=slug)
        return _json({})

    async def _suggest(self, http: Http) -> Response:
        return _json(self._search.suggest(http.query_params.get("q", "")))

    async def _static(self, http: Http) -> Response:
        name = http.path_params["name"]
        files = STATIC | {self.theme.style_name: self.theme.style.encode()}
        if name not in files:
            raise HTTPException(404)
        kind = _TYPES[name.rsplit(".", 1)[1]]
        return Response(files[name], media_type=kind, headers=_FOREVER)

    async def _events(self, http: Http) -> Response:
        """``GET /events?visit=ID&after=N&limit=N``: what the shop saw, as a JSON list."""
        after = read_count(http.query_params.get("after"), 0)
        limit = read_count(http.query_params.get("limit"), 10_000)
        return _json(self.log.read(http.query_params.get("visit"), after, limit))

    async def _reset(self, http: Http) -> Response:
        """``POST /reset`` forgets all visits, ``?visit=ID`` that one."""
        visit = http.query_params.get("visit")
        self.visits.forget(visit)
        self.log.forget(visit)
        return _json({"visits": len(self.visits)})

    async def _problem(self, http: Http, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        visit = self._visit_of(http)
        heading = self._texts["not_found" if status == 404 else "failed"]
        text = self._texts["no_such_page" if status == 404 else "try_another"]
        return _remembering(visit, http, _html(self._views.problem(visit, heading, text), status))


def _remembering(visit: ShopVisit, http: Http, response: Response) -> Response:
    """The response with the visit's cookie, where the browser does not have it yet."""
    if visit.id != http.cookies.get(COOKIE):
        response.set_cookie(COOKIE, visit.id, httponly=True, samesite="lax")
    return response


def read_count(text: str | None, default: int) -> int:
    """A whole number up to a million in a URL, or `default`."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default


async def _form(http: Http) -> dict[str, str]:
    """The fields of a submitted form; of a name sent twice, the last value. Files are ignored.

    Raises:
        HTTPException: 413, the form is larger than any form of the shop.
    """
    body = b""
    async for chunk in http.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs[:100])


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers={"cache-control": "no-store"})


def _json(data: object) -> Response:
    return Response(msgspec.json.encode(data), media_type="application/json")
