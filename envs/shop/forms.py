"""What customers send: requests for results, lines for the cart, and checkout forms, checked.

Turns query strings and form fields into typed data, or into sentences that say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import msgspec

from envs.shop.assortment import assortment
from envs.shop.products import Product
from envs.shop.search import PRICES, RATINGS, SORTS, SearchRequest
from envs.shop.spelling import LONGEST_QUERY
from envs.shop.visits import MOST_OF_ONE, CartLine

FILTERS = {"brand": "brands", "price": "prices", "rating": "ratings", "colour": "colours"}
"""Filter names in the URL and as fields of a Request."""
_BRANDS = frozenset(b for d in assortment().departments for b in d.brands)
_ALLOWED: dict[str, Iterable[str]] = {
    "brand": _BRANDS,
    "price": PRICES,
    "rating": RATINGS,
    "colour": assortment().colours,
}


class FormError(msgspec.Struct, frozen=True):
    """Something to put right: the form field (or ``""`` for all) and a sentence."""

    field: str
    text: str


def read_request(pairs: Iterable[tuple[str, str]], department: str = "") -> SearchRequest:
    """The request in a URL's query; unknown names and values are left out."""
    many: dict[str, list[str]] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)
    chosen = {
        field: tuple(dict.fromkeys(v for v in many.get(name, ()) if v in _ALLOWED[name]))
        for name, field in FILTERS.items()
    }
    sort = many.get("sort", ["best"])[-1]
    return SearchRequest(
        query=" ".join(many.get("q", [""])[-1][:LONGEST_QUERY].split()),
        department=department,
        sort=sort if sort in SORTS else "best",
        page=_page(many.get("page", ["1"])[-1]),
        exact="exact" in many,
        **chosen,
    )


def write_request(request: SearchRequest) -> str:
    """The query of the URL that asks for `request`, the department aside."""
    pairs = [("q", request.query)] if request.query or not request.department else []
    for name, field in FILTERS.items():
        pairs += [(name, value) for value in getattr(request, field)]
    if request.sort != "best":
        pairs.append(("sort", request.sort))
    if request.exact:
        pairs.append(("exact", "1"))
    if request.page > 1:
        pairs.append(("page", str(request.page)))
    return urlencode(pairs)


def read_line(product: Product, form: Mapping[str, str]) -> tuple[CartLine | None, list[FormError]]:
    """The product with the options in `form`, or what is missing or wrong."""
    faults: list[FormError] = []
    if not product.in_stock:
        faults.append(FormError("", "Sorry, this product is out of stock."))
    chosen: dict[str, str | None] = {}
    for name, values in (("colour", product.colours), ("size", product.sizes)):
        value = form.get(name) or (values[0] if len(values) == 1 else None)
        label = name if name == "colour" else product.size_label.lower()
        if values and value not in values:
            faults.append(FormError(name, f"Please choose a {label} first."))
        chosen[name] = value if value in values else None
    quantity = read_quantity(form.get("quantity", "1"))
    if quantity is None or quantity == 0:
        faults.append(FormError("quantity", f"Choose a quantity from 1 to {MOST_OF_ONE}."))
        return None, faults
    if faults:
        return None, faults
    return CartLine(product, chosen["colour"], chosen["size"], quantity), []


def read_quantity(text: str) -> int | None:
    """A number of pieces from 0 to the most allowed, or None."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,4}", text):
        return None
    return int(text) if int(text) <= MOST_OF_ONE else None


class Field(msgspec.Struct, frozen=True):
    """A field of the checkout form and how it is checked; `secret` ones are never shown again."""

    name: str
    label: str
    pattern: str
    fault: str
    autocomplete: str
    secret: bool = False
    type: str = "text"


CHECKOUT = (
    Field("email", "Email", r"[^@\s]+@[^@\s]+\.[^@\s]+", "Enter a valid email.", "email",
          type="email"),
    Field("name", "Full name", r".{2,80}", "Enter your name.", "name"),
    Field("address", "Address", r".{4,120}", "Enter your address.", "street-address"),
    Field("city", "City", r".{2,60}", "Enter your city.", "address-level2"),
    Field("postcode", "Postcode", r"[A-Za-z0-9 -]{3,10}", "Enter your postcode.", "postal-code"),
    Field("card", "Card number", r"(?:[0-9] ?){12,19}", "Enter a card number.", "cc-number",
          secret=True),
    Field("expiry", "Expiry (MM/YY)", r"(?:0[1-9]|1[0-2]) ?/ ?[0-9]{2}", "Enter month and year.",
          "cc-exp", secret=True),
    Field("code", "Security code", r"[0-9]{3,4}", "Enter 3 or 4 digits.", "cc-csc", secret=True),
)  # fmt: skip


def check_checkout(form: Mapping[str, str]) -> list[FormError]:
    """What is wrong with a checkout form, field by field; nothing of it is kept."""
    return [
        FormError(f.name, f.fault)
        for f in CHECKOUT
        if not re.fullmatch(f.pattern, form.get(f.name, "").strip())
    ]


def _page(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1
