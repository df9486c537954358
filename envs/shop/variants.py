"""Named versions of the shop that differ in one thing, for A/B and usability work.

Data only: what each setting does is decided where it is used.
"""

from __future__ import annotations

import msgspec


class UnknownVariant(ValueError):
    """There is no variant of that name; the message lists those there are."""


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """How a version of the shop behaves.

    `page_size`: products on a page of results. `typo_tolerance`: search corrects typos.
    `product_delay`: seconds before a product's page is answered. `prices_in_lists`: prices are
    shown before a product is opened. `clear_filters`: filters say what they do. `buttons_on_top`:
    the buttons for buying, and for checking out, stand where they can be seen without scrolling.
    """

    name: str
    about: str
    page_size: int = 10
    typo_tolerance: bool = True
    product_delay: float = 0.0
    prices_in_lists: bool = True
    clear_filters: bool = True
    buttons_on_top: bool = True


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant(name="default", about="The shop as it is."),
        Variant(
            name="hidden-checkout",
            about="Buy and checkout buttons stand below the fold.",
            buttons_on_top=False,
        ),
        Variant(
            name="unclear-filters",
            about="Filters have labels that say nothing.",
            clear_filters=False,
        ),
        Variant(
            name="strict-search",
            about="Search does not forgive typos.",
            typo_tolerance=False,
        ),
        Variant(
            name="slow-product",
            about="Product pages take three seconds.",
            product_delay=3.0,
        ),
        Variant(
            name="late-price",
            about="Prices are shown on product pages only, not in lists.",
            prices_in_lists=False,
        ),
    )
}


def variant_named(name: str) -> Variant:
    """The variant called `name`.

    Raises:
        UnknownVariant: there is none.
    """
    if name not in VARIANTS:
        known = ", ".join(VARIANTS)
        raise UnknownVariant(f"the shop has no variant {name!r}; choose one of: {known}")
    return VARIANTS[name]
