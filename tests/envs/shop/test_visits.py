"""Visits over HTTP: carts, orders, checkout, the event log, and bad input."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from envs.shop import Shop
from envs.shop.products import Product, make_products
from tests.envs.shop.conftest import Customer

PRODUCTS = make_products(1)
PLAIN = next(p for p in PRODUCTS if not p.options and p.in_stock)
SIZED = next(p for p in PRODUCTS if p.noun == "Hoodie" and len(p.options) == 2 and p.in_stock)
GONE = next(p for p in PRODUCTS if not p.in_stock)
GUEST = {
    "email": "ada@example.org",
    "name": "Ada Byron",
    "address": "1 Mill Lane",
    "city": "Leeds",
    "postcode": "LS1 4AP",
    "card": "4111 1111 1111 1111",
    "expiry": "12/29",
    "code": "123",
}


async def test_a_search_lists_products_and_is_recorded(customer: Customer) -> None:
    page = await customer.get("/search", q="wireles headphons")
    assert "Showing results for <b>wireless headphones</b>" in page.text
    assert page.text.count('class="card"') == 6
    (seen,) = await customer.saw("search")
    assert seen["query"] == "wireles headphons"
    assert seen["understood"] == "wireless headphones"
    assert seen["found"] == 6


async def test_a_filter_is_recorded_as_one(customer: Customer) -> None:
    await customer.get("/search", q="hoodie", colour="Navy", sort="low")
    (seen,) = await customer.saw("filter")
    assert (seen["colour"], seen["sort"], seen["query"]) == (["Navy"], "low", "hoodie")
    assert await customer.saw("search") == []


async def test_buy_now_without_options_says_what_to_choose(customer: Customer) -> None:
    page = await customer.post(f"/p/{SIZED.slug}/buy", quantity=1)
    assert page.text.count('role="alert"') == 2
    assert "Please choose a size first." in page.text
    assert await customer.saw("order") == []
    (refused,) = await customer.saw("refused")
    assert refused["what"] == "buy_now"


async def test_buy_now_confirms_the_order_at_once(customer: Customer) -> None:
    chosen = {"colour": SIZED.colours[1], "size": SIZED.sizes[0]}
    page = await customer.post(f"/p/{SIZED.slug}/buy", quantity=2, **chosen)
    assert "your order is confirmed" in page.text
    (order,) = await customer.saw("order")
    assert order["products"] == [SIZED.slug]
    assert order["pieces"] == 2
    assert order["how"] == "buy_now"
    assert str(page.url).endswith(str(order["number"]))


async def test_out_of_stock_cannot_be_bought(customer: Customer) -> None:
    assert "Out of stock" in (await customer.get(f"/p/{GONE.slug}")).text
    form = {name: values[0] for name, values in GONE.options.items()}
    page = await customer.post(f"/p/{GONE.slug}/buy", quantity=1, **form)
    assert "out of stock" in page.text
    assert await customer.saw("order") == []


async def test_the_cart_adds_up_changes_and_empties(customer: Customer) -> None:
    await customer.post(f"/p/{PLAIN.slug}/cart", quantity=2)
    page = await customer.post(f"/p/{PLAIN.slug}/cart", quantity=1)
    assert PLAIN.title in page.text
    assert '<span class="badge" data-badge>3</span>' in page.text
    line = f"{PLAIN.slug}/{PLAIN.colours[0] if PLAIN.colours else ''}/"
    assert "data-badge>5<" in (await customer.post("/cart", line=line, quantity=5)).text
    assert "Your cart is empty" in (await customer.post("/cart", line=line, quantity=0)).text
    types = [e.type for e in await customer.shop.events(customer.visit)]
    assert [t for t in types if t.startswith("cart")] == [
        "cart_add",
        "cart_add",
        "cart_update",
        "cart_remove",
    ]


async def test_scripts_get_the_cart_count_as_json(customer: Customer) -> None:
    answer = await customer.http.post(
        f"/p/{PLAIN.slug}/cart", data={"quantity": "2"}, headers={"accept": "application/json"}
    )
    assert answer.json() == {"count": 2, "message": "Added to your cart"}


async def test_checkout_as_guest(customer: Customer) -> None:
    await customer.post(f"/p/{PLAIN.slug}/cart", quantity=1)
    assert "No account needed" in (await customer.get("/checkout")).text
    page = await customer.post("/checkout", **GUEST)
    assert "your order is confirmed" in page.text
    assert "ada@example.org" in page.text
    assert "Your cart is empty" in (await customer.get("/cart")).text
    (order,) = await customer.saw("order")
    assert order["how"] == "checkout"


async def test_checkout_says_what_is_wrong_and_forgets_the_card(customer: Customer) -> None:
    await customer.post(f"/p/{PLAIN.slug}/cart", quantity=1)
    page = await customer.post("/checkout", **{**GUEST, "email": "nonsense", "code": ""})
    assert "Please check 2 fields." in page.text
    assert "1 Mill Lane" in page.text
    assert "4111" not in page.text
    assert "4111" not in str(await customer.shop.events(customer.visit))


async def test_nothing_to_check_out_leads_back_to_the_cart(customer: Customer) -> None:
    assert (await customer.get("/checkout")).url.path == "/cart"
    assert (await customer.post("/checkout", **GUEST)).url.path == "/cart"


async def test_concurrent_visits_never_see_each_other(arrive: Callable[[], Customer]) -> None:
    simple = [p for p in PRODUCTS if not p.options and p.in_stock][:24]

    async def shop_for(product: Product) -> tuple[Customer, str]:
        customer = arrive()
        for _ in range(3):
            await customer.post(f"/p/{product.slug}/cart", quantity=1)
            await customer.get("/search", q=product.noun)
        return customer, (await customer.get("/cart")).text

    visits = await asyncio.gather(*(shop_for(p) for p in simple))
    for product, (customer, cart) in zip(simple, visits, strict=True):
        assert product.title in cart
        assert not any(other.title in cart for other in simple if other is not product)
        assert "data-badge>3<" in cart
        added = await customer.saw("cart_add")
        assert [e["product"] for e in added] == [product.slug] * 3


async def test_an_order_is_seen_by_nobody_else(arrive: Callable[[], Customer]) -> None:
    buyer, other = arrive(), arrive()
    confirmation = await buyer.post(f"/p/{PLAIN.slug}/buy", quantity=1)
    assert (await other.get(confirmation.url.path)).status_code == 404


async def test_events_are_numbered_and_complete(customer: Customer) -> None:
    await customer.get("/")
    await customer.get("/search", q="lamp")
    await customer.get(f"/p/{PLAIN.slug}")
    seen = await customer.shop.events(customer.visit)
    assert [e.n for e in seen] == list(range(1, len(seen) + 1))
    assert [e.type for e in seen] == ["page_view", "page_view", "search", "page_view"]


async def test_the_visit_can_be_named_by_address_or_header(shop: Shop) -> None:
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False) as http:
        await http.get(shop.entry("by-address"))
        assert http.cookies["visit"] == "by-address"
        await http.get("/help")
        await http.get("/", headers={"x-shopper-visit": "by-header"})
    assert len(await shop.events("by-address")) == 2
    assert len(await shop.events("by-header")) == 1


async def test_an_unusable_visit_id_gets_a_new_one(shop: Shop) -> None:
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False) as http:
        await http.get("/", params={"visit": "../../<script>"})
        assert http.cookies["visit"].isalnum()


async def test_cookie_banner_first_newsletter_second(customer: Customer) -> None:
    first, second, third = [(await customer.get(p)).text for p in ("/", "/help", "/help")]
    assert "We use cookies" in first
    assert "newsletter" not in first.lower()
    assert "We use cookies" not in second
    assert "newsletter" in second
    assert "We use cookies" not in third
    assert "newsletter" not in third


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
async def test_queries_are_escaped(customer: Customer, query: str) -> None:
    page = (await customer.get("/search", q=query)).text
    assert query not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/p/no-such-product", 404),
        ("POST", "/p/no-such-product/buy", 404),
        ("POST", "/p/no-such-product/cart", 404),
        ("GET", "/c/no-such-department", 404),
        ("GET", "/order/LF-999", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/static/..%2fweb.py", 404),
        ("DELETE", "/", 405),
        ("GET", "/search?q=lamp&page=9999", 200),
        ("GET", "/search?q=lamp&page=-3&sort=up&brand=%00&price=x&rating=9&colour=Mauve", 200),
        ("GET", "/search?page=99999999999999999999&q=" + "x" * 5000, 200),
        ("GET", "/search?q=%ff%fe%00", 200),
        ("GET", "/search", 200),
        ("GET", "/events?visit=nobody&after=-1&limit=x", 200),
        ("GET", "/suggest?q=%22%27%3b--", 200),
        ("POST", "/save", 200),
    ],
)
async def test_bad_addresses_never_break_the_shop(
    customer: Customer, method: str, path: str, status: int
) -> None:
    assert (await customer.http.request(method, path)).status_code == status


@pytest.mark.parametrize("quantity", ["-1", "0", "11", "999999999", "one", "1.5", "", "²", "٣"])
async def test_a_quantity_must_make_sense(customer: Customer, quantity: str) -> None:
    page = await customer.post(f"/p/{PLAIN.slug}/buy", quantity=quantity)
    assert page.status_code == 200
    assert "Choose a quantity from 1 to 10." in page.text
    assert await customer.saw("order") == []
    page = await customer.post("/cart", line="nothing", quantity=quantity)
    assert page.status_code == 200


async def test_a_huge_form_is_turned_away(customer: Customer) -> None:
    assert (await customer.post("/checkout", name="x" * 100_000)).url.path == "/cart"
    await customer.post(f"/p/{PLAIN.slug}/cart", quantity=1)
    assert (await customer.post("/checkout", name="x" * 100_000)).status_code == 413


async def test_one_visit_can_be_forgotten_alone(arrive: Callable[[], Customer]) -> None:
    kept, forgotten = arrive(), arrive()
    for customer in (kept, forgotten):
        await customer.post(f"/p/{PLAIN.slug}/cart", quantity=1)
    await kept.shop.reset(forgotten.visit)
    assert await forgotten.shop.events(forgotten.visit) == []
    assert "Your cart is empty" in (await forgotten.get("/cart")).text
    assert len(await kept.saw("cart_add")) == 1
    assert PLAIN.title in (await kept.get("/cart")).text
