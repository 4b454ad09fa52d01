"""Taking a choice from a product."""

from datetime import datetime

from django.db import transaction

from apps.catalog.errors import ProductHasSales
from apps.catalog.events import VariantDeleted
from apps.catalog.models import Product, Variant
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def delete_variant(
    *,
    store: Store,
    product_id: int,
    variant_id: int,
    by: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """This function will mark a product's variant (primary keys) as deleted; its SKU is free again.

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        ProductHasSales: the product was sold, perhaps in this variant.
    """
    product = Product.objects.for_store(store).locked_row(product_id)
    variant = Variant.objects.filter(product=product).locked_row(variant_id)
    variant.require_version(expected_version)
    if product.first_sold_at is not None:
        raise ProductHasSales
    variant.mark_deleted(now=now)
    product.touch()
    events.publish(VariantDeleted.of(variant, product), store=store, by=by)
    refresh_listings(product_ids=[product.pk])
