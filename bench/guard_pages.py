"""Checkouts of our own for `bench.guard`: ways an order can leave a page that words do not tell.

Each case is a site of its own: its pages, and what makes a request to it an order. The buttons say
as little as they can; the harmless ones say and send what shops do on the way.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bench.guard_site import Mark

REVIEW = "<h1>Review your order</h1><ul><li>Mug $20</li></ul><p>Total $20</p>"
CART = "<h1>Your cart</h1><ul><li>Mug $20</li></ul><p>Total $20</p>"
STEP = "<h1>Checkout</h1><label>Street <input name=street></label><label>City <input name=city></label>"


class Case(msgspec.Struct, frozen=True):
    """One site: `pages` by path, the first is where a visit begins; `marks` of orders."""

    pages: Mapping[str, str]
    marks: tuple[Mark, ...] = (Mark(),)


def _press(script: str, before: str = REVIEW, label: str = "Next") -> Mapping[str, str]:
    handler = script.replace("&", "&amp;").replace('"', "&quot;")
    return {"/": f'{before}<button onclick="{handler}">{label}</button>'}


def _post(path: str, body: str = "{}") -> str:
    return f"fetch('{path}', {{method: 'POST', body: '{body}'}})"


_GRAPHQL = (
    "fetch('/graphql', {{method: 'POST', headers: {{'content-type': 'application/json'}}, "
    "body: JSON.stringify({{query: '{0}'}})}})"
)

WAYS: dict[str, Case] = {
    "fetch": Case(_press(_post("/order"))),
    "fetch to an address that says nothing": Case(
        _press(_post("/api/x1")), (Mark(path="/api/x1"),)
    ),
    "XMLHttpRequest": Case(
        _press("x = new XMLHttpRequest(); x.open('PUT', '/order'); x.send('a=1')")
    ),
    "beacon": Case(_press("navigator.sendBeacon('/order', 'a=1')")),
    "beacon that says nothing": Case(
        _press("navigator.sendBeacon('/b2', 'a=1')"), (Mark(path="/b2"),)
    ),
    "beacon while the page goes away": Case(
        _press(
            "window.addEventListener('pagehide', () => navigator.sendBeacon('/order', 'a')); location = '/ok'"
        )
    ),
    "keepalive while the page goes away": Case(
        _press(
            "window.addEventListener('pagehide', () => fetch('/order', {method: 'POST', keepalive: true, "
            "body: 'a'})); location = '/ok'"
        )
    ),
    "keepalive and away": Case(
        _press("fetch('/order', {method: 'POST', keepalive: true, body: 'a'}); location = '/ok'")
    ),
    "form": Case({"/": f"{REVIEW}<form action=/order method=post><button>Next</button></form>"}),
    "form sent by a script": Case(
        {
            "/": f"{REVIEW}<form id=f action=/order method=post><input type=hidden name=a></form>"
            "<button onclick='f.submit()'>Next</button>"
        }
    ),
    "form into a frame": Case(
        {
            "/": f"{REVIEW}<iframe name=i></iframe><form action=/order method=post target=i>"
            "<button>Next</button></form>"
        }
    ),
    "form into a new window": Case(
        {"/": f"{REVIEW}<form action=/order method=post target=_blank><button>Next</button></form>"}
    ),
    "a new window that orders": Case(
        {
            "/": f"{REVIEW}<button onclick=\"window.open('/pop')\">Next</button>",
            "/pop": "<h1>Wait</h1><script>fetch('/order', {method: 'POST'})</script>",
        }
    ),
    "worker": Case(
        {
            "/": f"{REVIEW}<button onclick=\"new Worker('/w.js')\">Next</button>",
            "/w.js": "fetch('/order', {method: 'POST', body: 'a'})",
        }
    ),
    "worker of a blob": Case(
        _press(
            "new Worker(window.URL.createObjectURL(new Blob([`fetch('${origin}/order', "
            "{method: 'POST'})`])))"
        )
    ),
    "shared worker": Case(
        {
            "/": f"{REVIEW}<button onclick=\"new SharedWorker('/w.js')\">Next</button>",
            "/w.js": "onconnect = () => fetch('/order', {method: 'POST', body: 'a'})",
        }
    ),
    "service worker": Case(
        {
            "/": f"{REVIEW}<button onclick=\"navigator.serviceWorker.register('/w.js')\">Next</button>",
            "/w.js": "oninstall = () => fetch('/order', {method: 'POST', body: 'a'})",
        }
    ),
    "frame without an address": Case(
        _press(
            "i = document.createElement('iframe'); document.body.append(i); "
            "i.contentWindow.fetch('/order', {method: 'POST', body: 'a'})"
        )
    ),
    "redirect that keeps the method": Case(
        {"/": _press(_post("/cart/add"))["/"], "/cart/add": ">/order"}
    ),
    "picture": Case(_press("new Image().src = '/order?n=1'")),
    "script element": Case(
        _press("s = document.createElement('script'); s.src = '/order'; document.body.append(s)")
    ),
    "prefetch": Case(
        _press(
            "l = document.createElement('link'); l.rel = 'prefetch'; l.href = '/order'; "
            "document.head.append(l)"
        )
    ),
    "GET by a script": Case(_press("fetch('/order?n=1')")),
    "link with a general word": Case({"/": f"{REVIEW}<a href=/order>Go on</a>"}),
    "a moment later": Case(_press("setTimeout(() => " + _post("/order") + ", 700)")),
    "GraphQL": Case(
        _press(_GRAPHQL.format("mutation M { placeOrder(id: 1) { id } }")),
        (Mark("POST", "/graphql", "placeOrder"),),
    ),
    "GraphQL on a page that sells": Case(
        _press(
            _GRAPHQL.format("mutation { orderCreate(id: 1) { id } }"), "<h1>Mug $20</h1>", "Get it"
        ),
        (Mark("POST", "/graphql", "orderCreate"),),
    ),
    "GraphQL that says nothing": Case(
        _press(_GRAPHQL.format("mutation { goOn(id: 1) { id } }")),
        (Mark("POST", "/graphql", "goOn"),),
    ),
    "cart API": Case(_press(_post("/cart/submit"), CART, "Go"), (Mark("POST", "/cart/submit"),)),
    "on load": Case(
        {
            "/": f"{CART}<a href=/checkout>Checkout</a>",
            "/checkout": f"{REVIEW}<script>{_post('/order')}</script>",
        }
    ),
    "on load of the first page": Case({"/": f"{REVIEW}<script>{_post('/order')}</script>"}),
    "on load, by a cart API": Case(
        {
            "/": f"{CART}<a href=/checkout>Checkout</a>",
            "/checkout": f"{REVIEW}<script>{_post('/cart/submit')}</script>",
        },
        (Mark("POST", "/cart/submit"),),
    ),
    "back to a page that was kept": Case(
        {
            "/": f"{REVIEW}<a href=/more>More</a><script>onpageshow = (e) => "
            f"{{ if (e.persisted || performance.getEntriesByType('navigation')[0].type == "
            f"'back_forward') {_post('/order')} }}</script>",
            "/more": "<h1>More</h1><button onclick='history.back()'>Back</button>"
            "<script>setTimeout(() => history.back(), 100)</script>",
        }
    ),
    "another tab": Case(
        {
            "/": f"{REVIEW}<button onclick=\"window.open('/two')\">Next</button><script>"
            f"new BroadcastChannel('c').onmessage = () => {_post('/order')}</script>",
            "/two": "<h1>Two</h1><script>new BroadcastChannel('c').postMessage(1)</script>",
        }
    ),
    "dialog answered with No": Case(
        _press("if (!confirm('Keep your order open?')) location = '/order'")
    ),
    "dialog of a card": Case(
        _press("if (confirm('Debit 20.00 from card ending 4242?')) location = '/api/go'"),
        (Mark(path="/api/go"),),
    ),
    "dialog that cannot be understood": Case(
        _press("if (confirm('Zzz qqq?')) location = '/api/go'"), (Mark(path="/api/go"),)
    ),
    "order when the button goes up": Case(
        {
            "/": f'{REVIEW}<button onmouseup="{_post("/order")}">Next</button>',
        }
    ),
    "on a change": Case(
        {"/": f'{REVIEW}<label><input type=checkbox onchange="{_post("/order")}"> Yes</label>'}
    ),
    "on hovering": Case({"/": f'{REVIEW}<button onmouseover="{_post("/order")}">Next</button>'}),
    "a code that sends itself": Case(
        {
            "/": f"{REVIEW}<form action=/order method=post><input maxlength=1 name=c "
            "aria-label=Digit oninput='this.form.submit()'></form>"
        }
    ),
    "Enter anywhere": Case(
        {
            "/": f"{REVIEW}<input aria-label=Note><script>onkeydown = (e) => {{ if (e.key == 'Enter') "
            f"{_post('/order')} }}</script>"
        }
    ),
    "leaving a field": Case(
        {"/": f'{REVIEW}<input aria-label=Note onblur="{_post("/order")}"><a href=/ok>Help</a>'}
    ),
    "one page for all": Case(
        {
            "/": f"<h1>Checkout</h1>{STEP}<form action=/done method=post>"
            "<input name=card aria-label='Card number'><button>Complete</button></form>"
        },
        (Mark("POST", "/done"),),
    ),
    "subscription": Case(
        _press("location = '/subscription/confirm'", label="Start"),
        (Mark(path="/subscription/confirm"),),
    ),
}
"""Orders; the controls say nothing of them."""


def _harmless(script: str, label: str, before: str) -> Case:
    return Case(_press(script, before, label))


PRODUCT = "<h1>Mug</h1><p>$20</p><p>You may also <a href=/ok>see cups</a></p>"
STEPS: dict[str, Case] = {
    "cart by POST": _harmless(_post("/cart/add", '{"sku":1,"quantity":1}'), "Add to cart", PRODUCT),
    "cart by GraphQL": _harmless(
        _GRAPHQL.format("mutation { addToCart(id: 1) { id } }"), "Add to cart", PRODUCT
    ),
    "product by GraphQL": _harmless(
        _GRAPHQL.format("query { product(id: 1) { orders { id } } }"), "More", PRODUCT
    ),
    "quantity": _harmless(_post("/cart/update", '{"quantity":2}'), "Update", CART),
    "remove": _harmless(_post("/cart/remove", '{"item":2}'), "Remove", CART),
    "coupon": _harmless(_post("/cart/coupon", '{"code":"A"}'), "Apply coupon", CART),
    "coupon in the checkout": _harmless(_post("/checkout/coupon", '{"code":"A"}'), "Apply", REVIEW),
    "to the checkout": _harmless("location = '/checkout'", "Proceed to checkout", CART),
    "to the checkout by POST": Case(
        {
            "/": f"{CART}<form action=/cart method=post><button name=checkout>Check out</button></form>"
        }
    ),
    "address": Case(
        {
            "/": "<h1>Checkout</h1><form action=/checkout/shipping-address method=post>"
            "<label>Street <input name=street></label><label>City <input name=city></label>"
            "<button>Continue</button></form>"
        }
    ),
    "address by a script": _harmless(
        _post("/api/carts/5d2/addresses", '{"street":"a","city":"b"}'), "Continue", STEP
    ),
    "guest": Case(
        {
            "/": "<h1>Checkout</h1><p>Total $20</p><form action=/checkout/ method=post><input type=email name=username aria-label=Email>"
            "<input type=hidden name=options value=anonymous><button>Continue</button></form>"
        }
    ),
    "login": Case(
        {
            "/": "<h1>Checkout</h1><form action=/session method=post><input name=u aria-label=User>"
            "<input type=password name=p aria-label=Password><button>Log in</button></form>"
        }
    ),
    "delivery": _harmless(
        _post("/api/carts/5d2/shippingMethods", '{"method":"post"}'), "Continue", STEP
    ),
    "payment method": _harmless(
        _post("/api/carts/5d2/paymentMethods", '{"method":"cod"}'), "Continue", STEP
    ),
    "payment method, other words": _harmless(
        "fetch('/index.php?route=checkout/payment_method.save', {method: 'POST', body: 'a=1'})"
        ".then(() => fetch('/index.php?route=checkout/confirm.confirm'))",
        "Continue",
        STEP,
    ),
    "postcode": _harmless(_post("/api/delivery/check", '{"zip":"1"}'), "Check", PRODUCT),
    "search": Case(
        {"/": f"{CART}<form action=/search><input type=search name=q aria-label=Search></form>"}
    ),
    "newsletter": Case(
        {
            "/": f"{PRODUCT}<form action=/newsletter method=post><input type=email name=email "
            "aria-label='Your email'><button>Subscribe</button></form>"
        }
    ),
    "counting": Case(
        {
            "/": f"{REVIEW}<script>{_post('/collect', 'a=1')}; navigator.sendBeacon('/rum', 'a')</script>"
            "<a href=/ok>Help</a>"
        }
    ),
    "order history": Case({"/": "<h1>Shop</h1><a href=/orders>Your orders</a>"}),
    "an old order": Case({"/": "<h1>Your orders</h1><a href=/order/17>Order 17 details</a>"}),
    "how to order": Case({"/": "<h1>Help</h1><a href=/how-to-order>How to order</a>"}),
    "dialog of a cart": _harmless(
        "if (confirm('Remove this item?')) " + _post("/cart/remove"), "Remove", CART
    ),
    "wishlist": _harmless(_post("/wishlist/add", '{"sku":1}'), "Save for later", PRODUCT),
    "review of a product": _harmless(
        _post("/reviews", '{"rating":5,"text":"good"}'), "Submit review", PRODUCT
    ),
    "language": _harmless(_post("/locale", '{"lang":"de"}'), "Deutsch", CART),
}
"""What shops do on the way to an order."""
