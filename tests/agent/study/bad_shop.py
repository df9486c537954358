"""A hand-written shop with one problem of each kind, and the scripts of customers who meet them."""

from __future__ import annotations

from tests.website import Reply, Request, Route

_TOP = (
    '<header><a href="/">Home</a><form action="/search"><input type="search" name="q"'
    ' aria-label="Search"><button>Search</button></form></header>'
)
_PICTURE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'>"
    "<circle cx='45' cy='45' r='40'/></svg>"
)


def _page(title: str, body: str) -> str:
    return f"<!doctype html><html lang=en><title>{title}</title><body>{_TOP}<main>{body}</main>"


HOME = _page(
    "Home",
    "<h1>Lamps for all</h1><a href='/lamps'>All lamps</a> <a href='/deals'>Deals</a>"
    "<a href='/broken'>Gift cards</a><button>Size guide</button><button>Delivery</button>"
    "<div style='position:relative;width:300px'><button id=s>Subscribe</button>"
    "<div style='position:absolute;inset:0;background:#fff'>Half price today</div></div>"
    "<button id=g>Get the coupon</button><script>addEventListener('load', () => {"
    " const old = document.getElementById('g');"
    " new MutationObserver(() => 0);"
    " old.addEventListener('pointerover', () => old.remove()); })</script>",
)
LAMPS = _page(
    "Lamps",
    "<h1>Lamps</h1><nav aria-label='Group 1'><a href='/lamps?o=1'>Option 1</a>"
    " <a href='/lamps?o=2'>Option 2</a> <a href='/lamps?o=3'>Option 3</a></nav><ul>"
    + "".join(
        f"<li><img alt='' width=90 height=90 src=\"{_PICTURE}\"><h2><a href='/lamp/{name}-lamp-{n}'>"
        f"{name.title()} lamp {n}</a></h2><button>Remember</button></li>"
        for n, name in enumerate(("red", "blue", "green", "brass", "paper"), 10)
    )
    + "</ul>",
)


def _lamp(request: Request) -> Reply:
    name = request.path.rpartition("/")[2].replace("-", " ")
    fault = ""
    if request.method == "POST":
        if b"size=" in request.body and not request.body.endswith(b"size="):
            return Reply("", status=303, headers={"Location": "/thanks"})
        fault = "<p role='alert'>Please choose a size first.</p>"
    form = (
        "<form method=post><label>Size <input name=size></label><div style='height:2600px'>All "
        "about it.</div><button>Add to cart</button></form>"
    )
    body = _page(name, f"<h1>{name}</h1><p>$ 20.00</p>{fault}{form}")
    return Reply(body, delay=1.9)


def _search(request: Request) -> str:
    query = request.query.get("q", [""])[0]
    if query == "lamp":
        return LAMPS
    return _page("Search", "<h1>Search</h1><p>No results. Try other words.</p>")


PAGES: dict[str, Route] = {
    "/": HOME,
    "/lamps": LAMPS,
    "/deals": _page("Deals", "<h1>Deals</h1><a href='/deals-more'>More deals</a>"),
    "/deals-more": _page("More", "<h1>More deals</h1><a href='/deals'>Back to deals</a>"),
    "/search": _search,
    "/broken": Reply("<h1>Error</h1><a href='/'>Home</a>", status=500),
    "/thanks": _page("Thanks", "<h1>It is in your cart</h1>"),
    "*": _lamp,
}


def _click(name: str, **more: object) -> dict[str, object]:
    return {"type": "click", "name": name, "reasoning": f"I want {name}.", **more}


def _search_for(text: str) -> dict[str, object]:
    return {"type": "type_and_submit", "name": "*search*", "text": text}


BUYS = [
    _click("*all_lamps"),
    _click("*red_lamp*"),
    _click("*add_to_cart"),
    {"type": "input", "name": "*size*", "text": "M"},
    _click("*add_to_cart"),
    _click("*never_reached*", optional=True),
]
SCRIPT: dict[str, object] = {
    "steps": BUYS,
    "customers": {
        "customer-0002.*": {"steps": [_click("*delivery"), *BUYS]},
        "customer-0003.*": {"steps": [_click("*size_guide")], "repeat": True},
        "customer-0004.*": {"steps": [_click("*subscribe"), _click("*gift_cards")]},
        "customer-0005.*": {"steps": [_search_for("lamp"), _search_for("lanp")]},
        "customer-0006.*": {
            "steps": [_click("*deals", pick="first"), _click("*more_deals"),
                      _click("*back_to_deals"), _click("*more_deals"), _click("*back_to_deals"),
                      _click("*more_deals"), _click("*back_to_deals")],
        },
        "customer-0007.*": {"steps": [_click("*get_the_coupon"), _search_for("sofa")]},
    },
}  # fmt: skip
