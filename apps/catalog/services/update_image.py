"""Changing what is said of a picture, or its place."""

from typing import Unpack

from django.db import transaction

from apps.catalog.changes import ImageChanges, change
from apps.catalog.events import ImageUpdated
from apps.catalog.models import Product, ProductImage
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_image(
    *,
    store: Store,
    product_id: int,
    image_id: int,
    by: Actor,
    expected_version: int | None = None,
    **details: Unpack[ImageChanges],
) -> ProductImage:
    """This function will change the given fields of a product's image (primary keys).

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        InvalidDetails: a field cannot be as given.
    """
    product = Product.objects.for_store(store).locked_row(product_id)
    image = ProductImage.objects.filter(product=product).locked_row(image_id)
    image.require_version(expected_version)
    changed = change(image, details)
    if changed:
        image.save()
        product.touch()
        events.publish(ImageUpdated.of(image, product, changed=changed), store=store, by=by)
    return image
