"""Named versions of the shop that differ in one thing, for A/B and usability work.

Data only: what each setting does is decided where it is used.
"""

from __future__ import annotations

import msgspec


class UnknownVariant(ValueError):
    """There is no variant of that name; the message lists those there are."""


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """How a version of the shop behaves. `page_size` is products on a page of results."""

    name: str
    about: str
    page_size: int = 10
    typo_tolerance: bool = True


VARIANTS = {
    variant.name: variant for variant in (Variant(name="default", about="The shop as it is."),)
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
