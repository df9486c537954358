"""The shop's products, made from the assortment by a seeded generator.

The same seed gives the same products, in the same order, on any machine. Review texts are in
`reviews`.
"""

from __future__ import annotations

import math
from random import Random

import msgspec

from envs.shop.assortment import Department, ProductType, assortment, slugify

SHARE_MADE = 0.63
"""Share of all pairs of brand and qualifier that become a product: about two thousand in all."""
SOLD_OUT_SHARE = 0.04
REDUCED_SHARE = 0.15

_SIZE_LABELS = {
    "cable": "Length",
    "pack": "Pack",
    "volume": "Size",
    "tube": "Diameter",
    "value": "Value",
}


class Product(msgspec.Struct, frozen=True):
    """One product. Money is in cents; `was` is the price before a reduction; `popularity` is
    between 0 and 1; `colours` and `sizes` are what a customer must choose from, if anything;
    `size_prices` has one price for each size, the first being `price`."""

    slug: str
    title: str
    brand: str
    noun: str
    department: str
    price: int
    was: int | None
    rating: float
    ratings: int
    popularity: float
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    size_label: str
    size_prices: tuple[int, ...]
    features: tuple[str, ...]
    description: str
    words: str
    shape: str
    in_stock: bool

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """What must be chosen before buying: field name to values, in the order shown."""
        choices = {"colour": self.colours, "size": self.sizes}
        return {name: values for name, values in choices.items() if len(values) > 1}

    def price_of(self, size: str | None) -> int:
        """What the product costs in `size`, in cents; the least it costs when none is chosen."""
        return dict(zip(self.sizes, self.size_prices, strict=True)).get(size or "", self.price)

    @property
    def main_colour(self) -> str | None:
        return self.colours[0] if self.colours else None


def make_products(seed: int) -> tuple[Product, ...]:
    """All products of the shop, department by department."""
    return tuple(
        product
        for department in assortment().departments
        for kind in department.types
        for product in _of_type(Random(f"{seed}/{department.name}/{kind.noun}"), department, kind)
    )


def dollars(cents: int) -> str:
    """Money as shown: ``$1,299`` or ``$4.50``."""
    return f"${cents / 100:,.2f}".removesuffix(".00")


def _of_type(rng: Random, department: Department, kind: ProductType) -> list[Product]:
    pairs = [(b, q) for b in department.brands for q in kind.qualifiers]
    chosen = sorted(rng.sample(range(len(pairs)), round(len(pairs) * SHARE_MADE)))
    standing = {brand: rng.betavariate(3, 3) for brand in department.brands}
    return [_one(rng, department, kind, *pairs[i], standing[pairs[i][0]]) for i in chosen]


def _one(
    rng: Random,
    department: Department,
    kind: ProductType,
    brand: str,
    qualifier: str,
    standing: float,
) -> Product:
    """`standing` is how good and how dear the brand is for this type, between 0 and 1."""
    title = f"{brand} {qualifier} {kind.noun}"
    quality = min(1.0, max(0.0, rng.gauss(0.25 + 0.55 * standing, 0.2)))
    price = _price(rng, kind, 0.6 * standing + 0.4 * quality)
    reduced = rng.random() < REDUCED_SHARE
    popularity = min(1.0, max(0.0, rng.gauss(0.2 + 0.5 * quality, 0.2)))
    features = tuple(rng.sample(kind.features, 3))
    sizes = assortment().sizes[kind.size] if kind.size else ()
    factors = assortment().prices.get(kind.size or "", (1.0,) * len(sizes))
    return Product(
        slug=slugify(title),
        title=title,
        brand=brand,
        noun=kind.noun,
        department=department.name,
        price=price,
        was=_charm(price * rng.uniform(1.15, 1.45)) if reduced and kind.size != "value" else None,
        rating=round(min(4.9, max(2.4, rng.gauss(3.45 + 1.25 * quality, 0.22))), 1),
        ratings=round(math.exp(rng.gauss(2.2 + 3.6 * popularity, 0.7))),
        popularity=popularity,
        colours=_colours(rng, kind),
        sizes=sizes,
        size_label=_SIZE_LABELS.get(kind.size or "", "Size"),
        size_prices=tuple(_size_price(price, kind, factor) for factor in factors),
        features=features,
        description=_describe(rng, qualifier, kind, features),
        words=kind.words,
        shape=kind.shape,
        in_stock=rng.random() >= SOLD_OUT_SHARE,
    )


def _price(rng: Random, kind: ProductType, level: float) -> int:
    """A price in the type's range, in cents; most lie in the lower half, as prices do."""
    low, high = (100 * price for price in kind.price)
    if low == high:  # a gift card costs what it says
        return low
    position = min(1.0, max(0.0, rng.gauss(level, 0.15))) ** 1.6
    return _charm(low + (high - low) * position)


def _size_price(price: int, kind: ProductType, factor: float) -> int:
    exact = factor == 1 or kind.size == "value"
    return round(price * factor) if exact else _charm(price * factor)


def _charm(cents: float) -> int:
    """The nearest price as the shop writes them: whole dollars, below $15 also fifty cents."""
    step = 50 if cents < 1500 else 100
    return max(step, round(cents / step) * step)


def _colours(rng: Random, kind: ProductType) -> tuple[str, ...]:
    palette = assortment().palettes[kind.colours]
    if not palette:
        return ()
    return tuple(rng.sample(palette, min(len(palette), rng.choice((1, 2, 2, 3)))))


_OPENINGS = (
    "A {quality} {noun} for every day",
    "Made for people who use it daily",
    "Our customers' favourite for small homes",
    "Simple, sturdy and good to look at",
    "Everything you expect, nothing you do not need",
    "Designed to last for years",
)


def _describe(rng: Random, qualifier: str, kind: ProductType, features: tuple[str, ...]) -> str:
    opening = rng.choice(_OPENINGS).format(quality=qualifier.lower(), noun=kind.noun.lower())
    listed = f"{features[0]}, {features[1]} and {features[2]}"
    return f"{opening}: {listed}."
