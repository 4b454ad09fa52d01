"""Hiding products from the public."""

from collections.abc import Collection

from django.db import transaction

from apps.catalog.events import ProductUnpublished
from apps.catalog.models import Product
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def unpublish_products(*, store: Store, product_ids: Collection[int], by: Actor) -> int:
    """This function will hide products (primary keys) from the public. Returns how many it hid."""
    rows = Product.objects.for_store(store).filter(pk__in=product_ids, published_at__isnull=False)
    shown = rows.locked()
    for product in shown:
        product.published_at = None
        product.save(update_fields=["published_at"])
    events.publish(*map(ProductUnpublished.of, shown), store=store, by=by)
    refresh_listings(product_ids=[one.pk for one in shown])
    return len(shown)
