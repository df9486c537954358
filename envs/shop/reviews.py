"""What customers say about a product: seeded review texts that agree with its rating.

Knows products, nothing of pages. The sentences are our own.
"""

from __future__ import annotations

from random import Random

import msgspec

from envs.shop.assortment import assortment
from envs.shop.products import Product

KEPT = 6
"""Reviews with a text, at most; the other ratings came without one."""


class Review(msgspec.Struct, frozen=True):
    """One review; `stars` is 1 to 5."""

    author: str
    stars: int
    text: str


_AUTHORS = (
    "Maya R.", "Tom", "J. Okafor", "Elin S.", "Priya", "Hannah W.", "Diego M.", "Sam K.", "Noor",
    "Chris P.", "Lena", "Aaron B.", "Yuki T.", "Carla", "Ben H.", "Fatima Z.", "Oskar", "Grace L.",
    "Ivan D.", "Ruth", "Mateo", "Zoe F.", "Karim", "Linh N.",
)  # fmt: skip

_OPENINGS = {
    1: ("Broke after two weeks.", "It looks nothing like the picture.", "I returned it."),
    2: ("I wanted to like it.", "It works, barely.", "Looks nicer than it is."),
    3: ("Neither great nor bad.", "It does what it says.", "Good enough as a spare."),
    4: ("I use it most days.", "Solid for what I paid.", "Arrived quickly and well packed."),
    5: ("Exactly what I was looking for.", "My second one already.", "Best I have had so far."),
}
_GOOD = (
    "Very happy with the {aspect}.",
    "I like the {aspect} best.",
    'It says "{feature}" and that is true.',
    "No complaints about the {aspect}.",
    'What sold me was "{feature}"; the {aspect} surprised me too.',
)
_MIXED = (
    "The {aspect} could be better.",
    "I would give more stars for a better {aspect}.",
    'I can confirm "{feature}", less so the {aspect}.',
)
_BAD = (
    'I saw nothing of "{feature}".',
    "The {aspect} let me down.",
    "For this price I expected a better {aspect}.",
)


def reviews_of(product: Product, seed: int) -> tuple[Review, ...]:
    """The product's reviews with a text, newest first; the same for the same seed."""
    rng = Random(f"{seed}/reviews/{product.slug}")
    aspects = next(d.aspects for d in assortment().departments if d.name == product.department)
    authors = rng.sample(_AUTHORS, min(KEPT, product.ratings))
    return tuple(_review(rng, author, product, rng.choice(aspects)) for author in authors)


def _review(rng: Random, author: str, product: Product, aspect: str) -> Review:
    stars = min(5, max(1, round(rng.gauss(product.rating + 0.1, 0.9))))
    middles = _GOOD if stars >= 4 else _MIXED if stars == 3 else _BAD
    middle = rng.choice(middles).format(aspect=aspect, feature=rng.choice(product.features))
    return Review(
        author=author,
        stars=stars,
        text=f"{rng.choice(_OPENINGS[stars])} {middle}",
    )
