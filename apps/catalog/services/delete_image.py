"""Taking a picture from a product."""

from datetime import datetime

from django.db import transaction

from apps.catalog.events import ImageDeleted
from apps.catalog.models import Product, ProductImage
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def delete_image(
    *,
    store: Store,
    product_id: int,
    image_id: int,
    by: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """This function will mark a product's image (primary keys) as deleted.

    Its files are removed once that is committed, by a subscriber.

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
    """
    product = Product.objects.for_store(store).locked_row(product_id)
    image = ProductImage.objects.filter(product=product).locked_row(image_id)
    image.require_version(expected_version)
    image.mark_deleted(now=now)
    product.touch()
    events.publish(ImageDeleted.of(image, product), store=store, by=by)
