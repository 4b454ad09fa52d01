"""Showing products to the public."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.catalog.events import ProductPublished
from apps.catalog.models import Product
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def publish_products(
    *, store: Store, product_ids: Collection[int], by: Actor, now: datetime
) -> int:
    """This function will publish those of the products (primary keys) that the public cannot see.

    Returns how many it published; one that was planned for later is published now.
    """
    products = Product.objects.for_store(store).filter(pk__in=product_ids).locked()
    hidden = [one for one in products if one.published_at is None or one.published_at > now]
    for product in hidden:
        product.published_at = now
        product.save(update_fields=["published_at"])
    facts = (ProductPublished.of(one, published_at=now) for one in hidden)
    events.publish(*facts, store=store, by=by)
    refresh_listings(product_ids=[one.pk for one in hidden])
    return len(hidden)
