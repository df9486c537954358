"""What customers send: requests for results, lines for the cart, and checkout forms, checked.

Turns query strings and form fields into typed data, or into sentences that say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import urlencode

import msgspec

from envs.shop.assortment import assortment
from envs.shop.products import Product
from envs.shop.search import PRICES, RATINGS, SORTS, SearchRequest
from envs.shop.spelling import LONGEST_QUERY
from envs.shop.visits import MOST_OF_ONE, CartLine
from envs.shop.wording import shop_texts

FILTERS = {"brand": "brands", "price": "prices", "rating": "ratings", "colour": "colours"}
"""Filter names in the URL and as fields of a Request."""


class FormError(msgspec.Struct, frozen=True):
    """Something to put right: the form field (or ``""`` for all) and a sentence."""

    field: str
    text: str


@cache
def _allowed(language: str) -> dict[str, Iterable[str]]:
    """Values of each filter that there may be."""
    sold = assortment(language)
    return {
        "brand": frozenset(b for d in sold.departments for b in d.brands),
        "price": PRICES,
        "rating": RATINGS,
        "colour": sold.colours,
    }


def read_request(
    pairs: Iterable[tuple[str, str]], department: str = "", language: str = "en"
) -> SearchRequest:
    """The request in a URL's query; unknown names and values are left out."""
    allowed = _allowed(language)
    many: dict[str, list[str]] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)
    chosen = {
        field: tuple(dict.fromkeys(v for v in many.get(name, ()) if v in allowed[name]))
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
    texts = shop_texts(product.language)
    faults: list[FormError] = []
    if not product.in_stock:
        faults.append(FormError("", texts["sorry_sold_out"]))
    chosen: dict[str, str | None] = {}
    for name, values in (("colour", product.colours), ("size", product.sizes)):
        value = form.get(name) or (values[0] if len(values) == 1 else None)
        label = texts["colour"] if name == "colour" else product.size_label
        if values and value not in values:
            faults.append(FormError(name, texts.say("choose_first", label=texts.lower(label))))
        chosen[name] = value if value in values else None
    quantity = read_quantity(form.get("quantity", "1"))
    if quantity is None or quantity == 0:
        said = texts.say("choose_quantity", least=1, most=MOST_OF_ONE)
        faults.append(FormError("quantity", said))
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
    """A field of the checkout form and how it is checked; `secret` ones are never shown again. What
    it is called, and what is said when it is wrong, is in the shop's texts."""

    name: str
    pattern: str
    autocomplete: str
    secret: bool = False
    type: str = "text"


CHECKOUT = (
    Field("email", r"[^@\s]+@[^@\s]+\.[^@\s]+", "email", type="email"),
    Field("name", r".{2,80}", "name"),
    Field("address", r".{4,120}", "street-address"),
    Field("city", r".{2,60}", "address-level2"),
    Field("postcode", r"[A-Za-z0-9 -]{3,10}", "postal-code"),
    Field("card", r"(?:[0-9] ?){12,19}", "cc-number", secret=True),
    Field("expiry", r"(?:0[1-9]|1[0-2]) ?/ ?[0-9]{2}", "cc-exp", secret=True),
    Field("code", r"[0-9]{3,4}", "cc-csc", secret=True),
)


def check_checkout(form: Mapping[str, str], language: str = "en") -> list[FormError]:
    """What is wrong with a checkout form, field by field; nothing of it is kept."""
    texts = shop_texts(language)
    return [
        FormError(f.name, texts.fields[f.name][1])
        for f in CHECKOUT
        if not re.fullmatch(f.pattern, form.get(f.name, "").strip())
    ]


def _page(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 1
