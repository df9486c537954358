"""The shop's products, made from the assortment by a seeded generator.

The same seed gives the same products, in the same order, on any machine. Review texts are in
`reviews`.
"""

from __future__ import annotations

import math
from random import Random

import msgspec

from envs.shop.assortment import Assortment, Department, ProductType, assortment, slugify
from envs.shop.wording import ShopTexts, shop_texts

SHARE_MADE = 0.63
"""Share of all pairs of brand and qualifier that become a product: about two thousand in all."""
SOLD_OUT_SHARE = 0.04
REDUCED_SHARE = 0.15


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
    language: str = "en"

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


class _Maker(msgspec.Struct, frozen=True):
    """What all products of a shop are made of."""

    assortment: Assortment
    texts: ShopTexts


def make_products(seed: int, language: str = "en") -> tuple[Product, ...]:
    """All products of the shop where it speaks `language`, department by department."""
    maker = _Maker(assortment(language), shop_texts(language))
    return tuple(
        product
        for department in maker.assortment.departments
        for kind in department.types
        for product in _of_type(
            Random(f"{seed}/{department.name}/{kind.noun}"), maker, department, kind
        )
    )


def dollars(cents: int) -> str:
    """Money as shown: ``$1,299`` or ``$4.50``."""
    return f"${cents / 100:,.2f}".removesuffix(".00")


def _of_type(
    rng: Random, maker: _Maker, department: Department, kind: ProductType
) -> list[Product]:
    pairs = [(b, q) for b in department.brands for q in kind.qualifiers]
    chosen = sorted(rng.sample(range(len(pairs)), round(len(pairs) * SHARE_MADE)))
    standing = {brand: rng.betavariate(3, 3) for brand in department.brands}
    return [_one(rng, maker, department, kind, *pairs[i], standing[pairs[i][0]]) for i in chosen]


def _one(
    rng: Random,
    maker: _Maker,
    department: Department,
    kind: ProductType,
    brand: str,
    qualifier: str,
    standing: float,
) -> Product:
    """`standing` is how good and how dear the brand is for this type, between 0 and 1."""
    parts = {"brand": brand, "quality": qualifier, "noun": kind.noun}
    title = " ".join(parts[part] for part in maker.texts["title_order"].split())
    labels = maker.texts.size_labels
    quality = min(1.0, max(0.0, rng.gauss(0.25 + 0.55 * standing, 0.2)))
    price = _price(rng, kind, 0.6 * standing + 0.4 * quality)
    reduced = rng.random() < REDUCED_SHARE
    popularity = min(1.0, max(0.0, rng.gauss(0.2 + 0.5 * quality, 0.2)))
    features = tuple(rng.sample(kind.features, 3))
    sizes = maker.assortment.sizes[kind.size] if kind.size else ()
    factors = maker.assortment.prices.get(kind.size or "", (1.0,) * len(sizes))
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
        colours=_colours(rng, maker.assortment.palettes[kind.colours]),
        sizes=sizes,
        size_label=labels.get(kind.size or "", labels["size"]),
        size_prices=tuple(_size_price(price, kind, factor) for factor in factors),
        features=features,
        description=_describe(rng, maker.texts, qualifier, kind, features),
        words=kind.words,
        shape=kind.shape,
        in_stock=rng.random() >= SOLD_OUT_SHARE,
        language=maker.texts.code,
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


def _colours(rng: Random, palette: tuple[str, ...]) -> tuple[str, ...]:
    if not palette:
        return ()
    return tuple(rng.sample(palette, min(len(palette), rng.choice((1, 2, 2, 3)))))


def _describe(
    rng: Random, texts: ShopTexts, qualifier: str, kind: ProductType, features: tuple[str, ...]
) -> str:
    opening = rng.choice(texts.openings).format(quality=qualifier.lower(), noun=kind.noun.lower())
    a, b, c = features
    return f"{opening}: {texts.say('listed', a=a, b=b, c=c)}."
