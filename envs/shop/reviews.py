"""What customers say about a product: seeded review texts that agree with its rating.

Knows products, nothing of pages. The sentences are our own.
"""

from __future__ import annotations

from random import Random

import msgspec

from envs.shop.assortment import assortment
from envs.shop.products import Product
from envs.shop.wording import ReviewTexts, shop_texts

KEPT = 6
"""Reviews with a text, at most; the other ratings came without one."""


class Review(msgspec.Struct, frozen=True):
    """One review; `stars` is 1 to 5."""

    author: str
    stars: int
    text: str


def reviews_of(product: Product, seed: int) -> tuple[Review, ...]:
    """The product's reviews with a text, newest first; the same for the same seed."""
    rng = Random(f"{seed}/reviews/{product.slug}")
    departments = assortment(product.language).departments
    aspects = next(d.aspects for d in departments if d.name == product.department)
    texts = shop_texts(product.language).review_texts
    authors = rng.sample(texts.authors, min(KEPT, product.ratings))
    return tuple(_review(rng, texts, author, product, rng.choice(aspects)) for author in authors)


def _review(rng: Random, texts: ReviewTexts, author: str, product: Product, aspect: str) -> Review:
    stars = min(5, max(1, round(rng.gauss(product.rating + 0.1, 0.9))))
    middles = texts.good if stars >= 4 else texts.mixed if stars == 3 else texts.bad
    middle = rng.choice(middles).format(aspect=aspect, feature=rng.choice(product.features))
    return Review(
        author=author,
        stars=stars,
        text=f"{rng.choice(texts.openings(stars))} {middle}",
    )
