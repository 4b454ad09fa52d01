"""Taking a product out of a store."""

from datetime import datetime

from django.db import transaction

from apps.catalog.errors import ProductHasSales
from apps.catalog.events import ImageDeleted, ProductDeleted, VariantDeleted
from apps.catalog.models import Product, ProductImage, Variant
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def delete_product(
    *, store: Store, product_id: int, by: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """This function will mark a product (primary key), its variants and images as deleted.

    Its slug and its SKUs are free again.

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        ProductHasSales: it was sold.
    """
    product = Product.objects.for_store(store).locked_row(product_id)
    product.require_version(expected_version)
    if product.first_sold_at is not None:
        raise ProductHasSales
    variants = Variant.objects.filter(product=product).locked()
    images = ProductImage.objects.filter(product=product).locked()
    for row in [*variants, *images, product]:
        row.mark_deleted(now=now)
    events.publish(
        *(VariantDeleted.of(variant, product) for variant in variants),
        *(ImageDeleted.of(image, product) for image in images),
        ProductDeleted.of(product),
        store=store,
        by=by,
    )
    refresh_listings(product_ids=[product.pk])
