"""The embedded shop: a small, fast, deterministic shop for virtual customers.

``async with serve() as shop`` runs it in a process of its own. See docs/shop.md.
"""

from envs.shop.errors import ShopError
from envs.shop.events import Event
from envs.shop.process import Shop, serve
from envs.shop.themes import THEMES, Storefront, UnknownTheme, theme_named
from envs.shop.variants import VARIANTS, UnknownVariant, Variant, variant_named
from envs.shop.wording import LANGUAGES, UnknownLanguage

__all__ = [
    "LANGUAGES",
    "THEMES",
    "VARIANTS",
    "Event",
    "Shop",
    "ShopError",
    "Storefront",
    "UnknownLanguage",
    "UnknownTheme",
    "UnknownVariant",
    "Variant",
    "serve",
    "theme_named",
    "variant_named",
]
