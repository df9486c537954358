"""Visits: each customer's own cart and orders, found by the visit's id.

Visits never share anything, so any number of customers can shop at once.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

import msgspec

from envs.shop.events import EventLog, Value
from envs.shop.products import Product

MOST_OF_ONE = 10
"""Pieces of one product and option a customer may order."""
_VISIT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,95}")


class CartLine(msgspec.Struct, frozen=True):
    """A row of a cart: a product with the options chosen, and how many of it."""

    product: Product
    colour: str | None
    size: str | None
    quantity: int

    @property
    def key(self) -> str:
        return "/".join((self.product.slug, self.colour or "", self.size or ""))

    @property
    def options(self) -> str:
        return ", ".join(o for o in (self.colour, self.size) if o)

    @property
    def price(self) -> int:
        return self.product.price_of(self.size)

    @property
    def total(self) -> int:
        return self.price * self.quantity


class Order(msgspec.Struct, frozen=True):
    """A confirmed order. `how` is ``buy_now`` or ``checkout``; money in cents."""

    number: str
    lines: tuple[CartLine, ...]
    delivery: int
    how: str
    email: str | None = None

    @property
    def goods(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def total(self) -> int:
        return self.goods + self.delivery


FREE_DELIVERY_FROM = 5000
DELIVERY = 500


def delivery_for(goods: int) -> int:
    """What delivering goods of this worth costs, in cents."""
    return 0 if goods >= FREE_DELIVERY_FROM else DELIVERY


@dataclass
class ShopVisit:
    """One customer's visit: what is in the cart, what was ordered, how many pages were seen."""

    id: str
    log: EventLog
    pages: int = 0
    events: int = 0
    cookies_answered: bool = False
    newsletter_closed: bool = False
    cart: dict[str, CartLine] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def record(self, type_: str, **data: Value) -> None:
        self.events += 1
        self.log.add(self.id, self.events, type_, **data)

    @property
    def cart_count(self) -> int:
        return sum(line.quantity for line in self.cart.values())

    @property
    def cart_goods(self) -> int:
        return sum(line.total for line in self.cart.values())

    def add(self, line: CartLine) -> None:
        """Put a line into the cart; the same product and options add up."""
        before = self.cart.get(line.key)
        quantity = min(MOST_OF_ONE, line.quantity + (before.quantity if before else 0))
        self.cart[line.key] = msgspec.structs.replace(line, quantity=quantity)
        self.record("cart_add", **_said(line), in_cart=quantity)

    def set_quantity(self, key: str, quantity: int) -> bool:
        """Change or, with 0, remove a line; False when the cart has no such line."""
        line = self.cart.get(key)
        if line is None:
            return False
        if quantity == 0:
            del self.cart[key]
            self.record("cart_remove", **_said(line))
        else:
            self.cart[key] = msgspec.structs.replace(line, quantity=quantity)
            self.record("cart_update", **_said(self.cart[key]))
        return True

    def order(self, lines: tuple[CartLine, ...], how: str, email: str | None = None) -> Order:
        """Confirm an order of `lines`; ordering from the cart (``checkout``) empties it."""
        goods = sum(line.total for line in lines)
        number = f"LF-{len(self.orders) + 1:03}-{sum(map(ord, self.id)) % 9000 + 1000}"
        order = Order(number, lines, delivery_for(goods), how, email)
        self.orders[number] = order
        if how == "checkout":
            self.cart.clear()
        self.record(
            "order",
            number=number,
            how=how,
            total=order.total,
            products=[line.product.slug for line in lines],
            options=[line.options for line in lines],
            pieces=sum(line.quantity for line in lines),
        )
        return order


class Visits:
    """All visits by id."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._visits: dict[str, ShopVisit] = {}

    def __len__(self) -> int:
        return len(self._visits)

    def get(self, wanted: str | None) -> ShopVisit:
        """The visit with this id, begun if need be; an unusable id gets a new one."""
        id_ = wanted if wanted and _VISIT_ID.fullmatch(wanted) else secrets.token_hex(8)
        return self._visits.setdefault(id_, ShopVisit(id_, self._log))

    def forget(self, visit: str | None = None) -> None:
        """Forget one visit, or all."""
        if visit is None:
            self._visits.clear()
        else:
            self._visits.pop(visit, None)


def _said(line: CartLine) -> dict[str, Value]:
    return {
        "product": line.product.slug,
        "colour": line.colour,
        "size": line.size,
        "quantity": line.quantity,
        "price": line.price,
    }
