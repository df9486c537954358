"""Makes the django-oscar shop in an empty folder: tables, countries, catalogue, search index.

    OSCAR_FOLDER=... python -m tests.oscar.build

The products are our embedded shop's own, a tenth of them. Takes a minute or more, so it is done
once and kept.
"""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from pathlib import Path

import django

EVERY = 8
"""One in so many of the embedded shop's products is taken."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.oscar.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("oscar_populate_countries", verbosity=0)
    _copy_missing_picture(Path(settings.MEDIA_ROOT))
    print(f"{fill()} products")
    call_command("rebuild_index", interactive=False, verbosity=0)


def _copy_missing_picture(media: Path) -> None:
    import oscar

    media.mkdir(parents=True, exist_ok=True)
    picture = Path(oscar.__file__).parent / "static/oscar/img/image_not_found.jpg"
    shutil.copy(picture, media)


def fill() -> int:
    """Put our products into oscar's tables; returns how many."""
    from django.db import transaction
    from oscar.apps.catalogue.categories import create_from_breadcrumbs
    from oscar.core.loading import get_model

    from envs.shop.products import Product, make_products

    shelf: list[Product] = list(make_products(seed=0))[::EVERY]
    partner = get_model("partner", "Partner").objects.create(name="Harbour Supplies")
    classes = {
        name: get_model("catalogue", "ProductClass").objects.create(name=name)
        for name in sorted({product.department for product in shelf})
    }
    item = get_model("catalogue", "Product")
    stock = get_model("partner", "StockRecord")
    placement = get_model("catalogue", "ProductCategory")
    with transaction.atomic():
        for number, product in enumerate(shelf):
            made = item.objects.create(
                product_class=classes[product.department],
                upc=f"HS{number:05}",
                title=product.title,
                description=f"<p>{product.description}</p>",
                rating=product.rating,
            )
            stock.objects.create(
                product=made,
                partner=partner,
                partner_sku=f"HS{number:05}",
                price_currency="USD",
                price=Decimal(product.price) / 100,
                num_in_stock=100 if product.in_stock else 0,
            )
            category = create_from_breadcrumbs(f"{product.department} > {product.noun}")
            placement.objects.create(product=made, category=category)
    return len(shelf)


if __name__ == "__main__":
    main()
