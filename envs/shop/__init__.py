"""The embedded shop: a small, fast, deterministic shop for virtual customers.

``async with serve() as shop`` runs it in a process of its own. See docs/shop.md.
"""

from envs.shop.errors import ShopError
from envs.shop.events import Event
from envs.shop.process import Shop, serve
from envs.shop.variants import VARIANTS, UnknownVariant, Variant, variant_named

__all__ = [
    "VARIANTS",
    "Event",
    "Shop",
    "ShopError",
    "UnknownVariant",
    "Variant",
    "serve",
    "variant_named",
]
